#include <algorithm>
#include <cstring>
#include <string>

#include "ingest/reading_codec.h"
#include "tests/fuzz/fuzzed.h"

namespace {

ingest::PreparedReading read(std::string_view bytes, std::string& fault) {
  ingest::WireReader wire([&](char* to, std::size_t size) {
    const std::size_t count = std::min(size, bytes.size());
    std::memcpy(to, bytes.data(), count);
    bytes.remove_prefix(count);
    return count;
  });
  auto reading = ingest::read_reading(wire, {}, 16 * ingest::MiB);
  fault = wire.fault();
  return reading;
}

std::string written(const ingest::PreparedReading& reading) {
  std::string all;
  ingest::WireWriter wire([&](std::string_view bytes) {
    all += bytes;
    return true;
  });
  ingest::write_reading(wire, reading, "the message");
  PROMISE(wire.flush());
  return all;
}

}  // namespace

// What is accepted can be said again, and is the same; of what is not accepted nothing is left.
void fuzz::one_input(std::string_view bytes) {
  std::string fault;
  const auto reading = read(bytes, fault);
  if (!fault.empty()) {
    PROMISE(reading.attachments.empty() && !reading.refused && reading.headers.subject.empty());
    return;
  }
  const ingest::Limits limits;
  for (const auto& attachment : reading.attachments) {
    for (const auto& document : attachment.documents) {
      if (!document.report) continue;
      const auto& records = document.report->records;
      PROMISE(records.size() <= limits.records && records.size() == document.report->estimates.size());
      std::int64_t messages = 0;
      for (const auto& record : records) {
        PROMISE(record.count >= 0 && record.count <= limits.count);
        messages += record.count;
      }
      PROMISE(messages <= limits.count_sum);
    }
  }
  const auto again = written(reading);
  const auto reread = read(again, fault);
  PROMISE(fault.empty());
  PROMISE(written(reread) == again);
}
