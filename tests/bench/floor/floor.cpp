// How fast bare libraries bring an mbox of reports into SQLite, on two threads: the yardstick of tests/bench/run.
//
//   floor MBOX DATABASE
//
// It does what cannot be left out and nothing else: no gates, no limits, no ledger, no originals, no notes, no
// duplicates; it understands only what tests/bench/corpus.py writes. One thread reads (libmimetic, base64, zlib,
// pugixml in small pieces), another writes (numbers for all that repeats, several records an INSERT, both roll-ups and
// an index by address and day, a thousand mails a transaction).
#include <malloc.h>

#include <condition_variable>
#include <cstdio>
#include <deque>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "tests/bench/floor/reading.h"
#include "tests/bench/floor/store.h"

namespace {

using yardstick::Report;

class Queue {
 public:
  void put(std::unique_ptr<Report> report) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return bytes_ < most_bytes; });
    bytes_ += report->xml.size;
    reports_.push_back(std::move(report));
    changed_.notify_all();
  }
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }
  // None: there are no more.
  std::unique_ptr<Report> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended_ || !reports_.empty(); });
    if (reports_.empty()) return nullptr;
    auto report = std::move(reports_.front());
    reports_.pop_front();
    bytes_ -= report->xml.size;
    changed_.notify_all();
    return report;
  }

 private:
  static constexpr std::size_t most_bytes = 64 * 1024 * 1024;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Report>> reports_;
  std::size_t bytes_ = 0;
  bool ended_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) yardstick::fail("floor MBOX DATABASE");
  mallopt(M_MMAP_THRESHOLD, 1 << 30);  // large texts come and go with each report
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  std::ifstream file(argv[1], std::ios::binary | std::ios::ate);
  std::string mbox(static_cast<std::size_t>(file.tellg()), '\0');
  file.seekg(0);
  file.read(mbox.data(), static_cast<std::streamsize>(mbox.size()));
  Queue queue;
  std::thread reading([&] {
    yardstick::MailReader reader;
    for (const auto mail : yardstick::mails_of(mbox)) {
      if (auto report = reader.read(mail)) queue.put(std::move(report));
    }
    queue.end();
  });
  yardstick::Store store(argv[2]);
  while (const auto report = queue.take()) store.add(*report);
  reading.join();
  const auto totals = store.finish();
  std::printf("{\"stored\":%lld,\"records\":%lld,\"messages\":%lld}\n", static_cast<long long>(totals.reports),
              static_cast<long long>(totals.records), static_cast<long long>(totals.messages));
}
