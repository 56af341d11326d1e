#include "ingest/reading_queue.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include "tests/support/make_report.h"

using namespace ingest;

namespace {

constexpr std::size_t many = 130'000;  // records: twice as many are more than may wait

QueuedMail mail(int n) {
  QueuedMail queued;
  queued.message.bytes = std::to_string(n);
  return queued;
}

schema::PreparedReport large_report() {
  schema::Report report = tests::make_report("1", "example.com");
  report.records.assign(many, report.records.front());
  return schema::PreparedReport(report);
}

}  // namespace

TEST_CASE("mails are taken in the order of pushing, however many records wait, and few of them are read ahead") {
  IngestSettings settings;
  settings.readers = GENERATE(1, 3);
  INFO(settings.readers);
  std::atomic<int> begun{0};
  const auto report = large_report();  // made once, so that reading is quick
  const MessageReader reader = [&](std::string_view bytes, std::string_view, const Limits&, std::int64_t) {
    ++begun;
    PreparedReading reading;
    reading.attachments.emplace_back().documents.push_back({std::string(bytes), 0, report});
    return reading;
  };
  ReadingQueue queue(reader, settings);
  constexpr int mails = 8;
  for (int i = 0; i < mails; ++i) queue.push(mail(i));
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  // Each reader may have begun its last one while there was still room.
  CHECK(begun <= 2 + settings.readers - 1);
  for (int i = 0; i < mails; ++i) {
    REQUIRE_FALSE(queue.empty());
    CHECK(queue.take()->reading.attachments.front().documents.front().name == std::to_string(i));
  }
  CHECK(queue.empty());
  CHECK(begun == mails);
}

TEST_CASE("one large mail is read at a time, and small ones beside it") {
  IngestSettings settings;
  settings.readers = 3;
  std::atomic<int> large{0}, most_large{0}, small{0}, small_beside{0};
  const MessageReader reader = [&](std::string_view bytes, std::string_view, const Limits&, std::int64_t) {
    if (bytes.size() < MiB) {
      ++small;
      if (large > 0) ++small_beside;
      return PreparedReading();
    }
    most_large = std::max(most_large.load(), ++large);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    --large;
    return PreparedReading();
  };
  ReadingQueue queue(reader, settings);
  constexpr int of_each = 5;
  for (int i = 0; i < of_each; ++i) {
    QueuedMail large_mail;
    large_mail.message.bytes.assign(MiB, 'x');
    queue.push(std::move(large_mail));
    queue.push(mail(i));
  }
  for (int i = 0; i < of_each; ++i) {
    CHECK(queue.take()->message.bytes.size() == MiB);
    CHECK(queue.take()->message.bytes == std::to_string(i));
  }
  CHECK(queue.empty());
  CHECK(most_large == 1);
  CHECK(small == of_each);
  CHECK(small_beside > 0);
}
