// The power goes at any moment of an ingest: whatever was acknowledged is there, and nothing is there twice.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <set>

#include "ingest/ingester.h"
#include "schema/backup.h"
#include "schema/check.h"
#include "schema/pruning.h"
#include "tests/support/catch.h"
#include "tests/support/crash_vfs.h"
#include "tests/support/fake_mail.h"
#include "tests/support/temporary_directory.h"

namespace {

const std::vector<std::string> mails = {"mail\nreport a 1\nreport b 2", "mail\nreport c 4",
                                        "mail\nbroken xml_malformed d"};
constexpr std::int64_t messages = (1 + 2) + (2 + 2) + (4 + 2);

int seeds() {
  const char* const wanted = std::getenv("RUADAR_TEST_SEEDS");
  return wanted == nullptr ? 60 : std::atoi(wanted);
}

// One mail a run, so that there are several commits; tells what was acknowledged.
class OneMail : public ingest::Mailbox {
 public:
  OneMail(std::size_t number, std::set<std::size_t>& acknowledged) : number_(number), acknowledged_(acknowledged) {}
  schema::Result<std::optional<ingest::Message>> next() override {
    if (given_) return std::nullopt;
    given_ = true;
    ingest::Message message;
    message.kind = "imap";
    message.origin = "INBOX";
    message.position = std::to_string(number_);
    message.bytes = mails[number_];
    message.size = message.bytes.size();
    return message;
  }
  schema::Status mark_done(const ingest::Message&, ingest::Fate) override {
    acknowledged_.insert(number_);
    return {};
  }

 private:
  const std::size_t number_;
  std::set<std::size_t>& acknowledged_;
  bool given_ = false;
};

void ingest_all(const std::string& path, std::set<std::size_t>& acknowledged) {
  for (std::size_t number = 0; number < mails.size(); ++number) {
    // Opened for each, so that the log is moved into the database, too.
    auto writer = schema::Writer::open(path);
    if (!writer) FAIL(writer.error().message);
    OneMail mailbox(number, acknowledged);
    const auto done = ingest::Ingester(**writer, {}, tests::FakeReader()).ingest(mailbox, "fetch");
    if (!done) FAIL(done.error().message);
  }
}

std::int64_t number(schema::Database& database, const std::string& sql) {
  return database.integer(sql).value().value_or(0);
}

void check_whole(schema::Database& database) {
  CHECK(schema::damage(database).value() == std::vector<std::string>());
  CHECK(schema::contradictions(database).value() == std::vector<std::string>());
}

// The files as a power cut left them, in a directory of their own.
std::string found(const tests::TemporaryDirectory& directory, const std::map<std::string, std::string>& left) {
  for (const auto& [path, content] : left) {
    const auto name = std::filesystem::path(path).filename().string();
    std::ofstream(directory / name, std::ios::binary) << content;
  }
  return directory / "a.db";
}

// Runs `work` on a copy of `before` with a power cut somewhere in it, for each seed; then `judge` on what is left.
template <typename Work, typename Judge>
void cut_everywhere(Work work, Judge judge) {
  int operations = 0;
  {
    tests::TemporaryDirectory directory;
    tests::CrashVfs vfs(0, 0, [] {});
    work(directory / "a.db");
    operations = vfs.operations();
  }
  REQUIRE(operations > 20);
  std::cout << operations << " operations, seeds";
  for (int seed = 1; seed <= seeds(); ++seed) {
    std::cout << ' ' << seed << std::flush;
    INFO("seed " << seed);
    tests::TemporaryDirectory directory, afterwards;
    std::map<std::string, std::string> left;
    {
      const int crash = 1 + static_cast<int>(std::minstd_rand(static_cast<unsigned>(seed) * 7919u)() % operations);
      tests::CrashVfs vfs(static_cast<unsigned>(seed), crash, [] {});
      work(directory / "a.db");
      left = vfs.left();
    }
    judge(found(afterwards, left));
  }
  std::cout << '\n';
}

}  // namespace

TEST_CASE("the power goes at any moment: what was acknowledged is on disk, and nothing is counted twice") {
  int operations = 0;
  {
    tests::TemporaryDirectory directory;
    tests::CrashVfs vfs(0, 0, [] {});
    std::set<std::size_t> acknowledged;
    ingest_all(directory / "a.db", acknowledged);
    operations = vfs.operations();
    REQUIRE(acknowledged.size() == mails.size());
  }
  REQUIRE(operations > 50);
  std::cout << operations << " operations, seeds";
  for (int seed = 1; seed <= seeds(); ++seed) {
    std::cout << ' ' << seed << std::flush;
    INFO("seed " << seed);
    tests::TemporaryDirectory directory, afterwards;
    std::set<std::size_t> acknowledged, then;
    std::map<std::string, std::string> left;
    {
      std::minstd_rand random(static_cast<unsigned>(seed) * 7919u);
      const int crash = 1 + static_cast<int>(random() % static_cast<unsigned>(operations));
      tests::CrashVfs vfs(static_cast<unsigned>(seed), crash, [&] { then = acknowledged; });
      ingest_all(directory / "a.db", acknowledged);
      left = vfs.left();
      REQUIRE_FALSE(left.empty());
    }
    const auto path = found(afterwards, left);
    {
      auto writer = schema::Writer::open(path);
      if (!writer) FAIL(writer.error().message);
      auto& database = (*writer)->database();
      check_whole(database);
      for (const auto mail : then)
        CHECK(number(database, "SELECT count(*) FROM mail JOIN attachment ON mail_id = mail.id WHERE position = '" +
                                   std::to_string(mail) + "'") > 0);
    }
    std::set<std::size_t> again;
    ingest_all(path, again);
    auto reader = schema::Database::open_reader(path);
    REQUIRE(reader);
    check_whole(*reader);
    CHECK(number(*reader, "SELECT count(*) FROM report") == 3);
    CHECK(number(*reader, "SELECT sum(messages) FROM report") == messages);
    CHECK(number(*reader, "SELECT sum(messages) FROM daily") == messages);
    CHECK(number(*reader, "SELECT count(*) FROM failure") == 1);
    CHECK(number(*reader, "SELECT count(*) FROM mail") == 3);
  }
  std::cout << '\n';
}

TEST_CASE("the power goes while old reports are pruned: every sum is right, and pruning again ends it") {
  for (const bool keep : {false, true}) {
    const schema::PruneRule rule{30'000, std::nullopt, keep, std::int64_t{30'000} * 86400};
    cut_everywhere(
        [&](const std::string& path) {
          std::set<std::size_t> acknowledged;
          ingest_all(path, acknowledged);
          auto writer = schema::Writer::open(path);
          REQUIRE(writer);
          while (!schema::prune_step(**writer, rule).value().complete) continue;
        },
        [&](const std::string& path) {
          auto writer = schema::Writer::open(path);
          if (!writer) FAIL(writer.error().message);
          check_whole((*writer)->database());
          while (!schema::prune_step(**writer, rule).value().complete) continue;
          check_whole((*writer)->database());
          CHECK(number((*writer)->database(), "SELECT count(*) FROM record") == 0);
        });
  }
}
