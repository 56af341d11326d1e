// Everything at once, as in a server that has much to do: what is read adds up at every moment. Meant for
// ThreadSanitizer; here it runs for a moment.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "ingest/ingester.h"
#include "schema/backup.h"
#include "schema/check.h"
#include "schema/pruning.h"
#include "schema/readers.h"
#include "schema/summaries.h"
#include "tests/support/catch.h"
#include "tests/support/fake_mail.h"
#include "tests/support/temporary_directory.h"

namespace {

using namespace std::chrono_literals;

// Mails without end, until somebody says so.
class Endless : public ingest::Mailbox {
 public:
  Endless(const std::atomic<bool>& stop, int& next) : stop_(stop), next_(next) {}
  schema::Result<std::optional<ingest::Message>> next() override {
    if (stop_ || ++given_ > 40) return std::nullopt;
    ingest::Message message;
    message.kind = "imap";
    message.origin = "INBOX";
    message.position = std::to_string(++next_);
    message.bytes = "mail\nreport r" + message.position + " 5";
    message.size = message.bytes.size();
    return message;
  }
  schema::Status mark_done(const ingest::Message&, ingest::Fate) override { return {}; }

 private:
  const std::atomic<bool>& stop_;
  int& next_;
  int given_ = 0;
};

std::chrono::seconds duration() {
  const char* const wanted = std::getenv("RUADAR_TEST_SECONDS");
  return std::chrono::seconds(wanted == nullptr ? 2 : std::atoi(wanted));
}

}  // namespace

TEST_CASE("one ingests, sixteen read, one backs up and one prunes at the same time, and every sum is right") {
  tests::TemporaryDirectory directory;
  const auto path = directory / "a.db";
  REQUIRE(schema::Writer::open(path));
  std::atomic<bool> stop = false;
  std::atomic<int> questions = 0, backups = 0, prunings = 0;
  // Catch's assertions are for one thread.
  std::mutex telling;
  std::vector<std::string> faults;
  const auto expect = [&](bool good, const std::string& what) {
    if (good) return;
    const std::lock_guard lock(telling);
    faults.push_back(what);
  };
  const auto expect_done = [&](const auto& result, const std::string& what) {
    expect(result.has_value(), result ? std::string() : what + ": " + result.error().message);
  };

  std::vector<std::thread> threads;
  int mails = 0;
  threads.emplace_back([&] {
    ingest::IngestSettings settings;
    settings.readers = 2;
    while (!stop) {
      auto writer = schema::Writer::open(path, 60s);
      expect_done(writer, "open to ingest");
      if (!writer) return;
      Endless mailbox(stop, mails);
      expect_done(ingest::Ingester(**writer, settings, tests::FakeReader()).ingest(mailbox, "fetch"), "ingest");
      writer->reset();
      std::this_thread::sleep_for(25ms);
    }
  });
  schema::Readers readers(path, 8);
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] {
      while (!stop) {
        const auto reader = readers.lend(60s);
        expect_done(reader, "lend");
        if (!reader) return;
        const auto fresh = readers.fresh(**reader);
        expect_done(fresh, "fresh");
        const auto sums = [&](const char* table) {
          return (*reader)->database().integer(std::string("SELECT ifnull(sum(messages), 0) FROM ") + table);
        };
        const auto daily = sums("daily"), reports = sums("report"), records = sums("record");
        expect(daily && reports && records && **daily == **reports && **reports == **records, "the sums differ");
        ++questions;
      }
    });
  }
  threads.emplace_back([&] {
    while (!stop) {
      schema::BackupWatch watch;
      watch.stop = &stop;
      const auto made = schema::make_backup(path, directory / "copy", 1, watch);
      if (made || made.error().code != "interrupted") expect_done(made, "backup");
      if (made) expect_done(schema::record_backup(path, *made), "record the backup");
      backups += made.has_value();
    }
  });
  threads.emplace_back([&] {
    while (!stop) {
      {
        auto writer = schema::Writer::open(path, 60s);
        expect_done(writer, "open to prune");
        if (!writer) return;
        // Some of them, so that there is always something to read.
        const schema::PruneRule rule{30'000, std::nullopt, false, std::time(nullptr)};
        expect_done(schema::prune_step(**writer, rule), "prune");
        ++prunings;
      }
      std::this_thread::sleep_for(50ms);
    }
  });
  const auto until = std::chrono::steady_clock::now() + duration();
  // On a slow machine it lasts until everybody had a turn.
  const auto patience = until + 120s;
  while (std::chrono::steady_clock::now() < until ||
         (std::chrono::steady_clock::now() < patience && (questions < 16 || backups < 1 || prunings < 2)))
    std::this_thread::sleep_for(20ms);
  stop = true;
  for (auto& thread : threads) thread.join();

  CHECK(faults == std::vector<std::string>());
  CHECK((questions >= 16 && backups >= 1 && prunings >= 2 && mails > 0));
  auto reader = schema::Database::open_reader(path);
  REQUIRE(reader);
  CHECK(schema::damage(*reader).value() == std::vector<std::string>());
  CHECK(schema::contradictions(*reader).value() == std::vector<std::string>());
}
