#include "schema/stored_records.h"

#include <limits>
#include <random>

#include "tests/support/catch.h"

using namespace schema;

namespace {

constexpr auto most = std::numeric_limits<std::int64_t>::max();

std::string bytes_of(const std::vector<StoredRecord>& records) {
  StoredRecordsWriter writer;
  for (const auto& record : records) writer.add(record);
  return writer.bytes();
}

// none: these are no records.
std::optional<std::vector<StoredRecord>> unpacked(std::string_view bytes) {
  std::vector<StoredRecord> all;
  StoredRecords records(bytes);
  while (records.next())
    all.push_back({records.details(), records.address_id(), records.messages(), records.has_raw()});
  return records.broken() ? std::nullopt : std::optional(all);
}

bool same(const std::vector<StoredRecord>& left, const std::vector<StoredRecord>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](const auto& one, const auto& other) {
    return one.details == other.details && one.address_id == other.address_id && one.messages == other.messages &&
           one.has_raw == other.has_raw;
  });
}

const StoredDetails usual{1, 2, 3, std::nullopt, 4, 0, 10}, no_envelope{1, 2, std::nullopt, std::nullopt, 4, 0, 10},
    largest{most, most, most - 1, 0, most, most, most};

}  // namespace

TEST_CASE("stored records come out of their bytes as they went in") {
  const std::vector<StoredRecord> records = {{usual, 7, 1, false},
                                             {usual, 300'000, 0, true},
                                             {no_envelope, 7, 127, false},
                                             {largest, most, most / 2, true},
                                             {usual, 8, 1'000'000'000, false},
                                             {largest, 0, 1, false}};
  const auto bytes = bytes_of(records);
  const auto back = unpacked(bytes);
  REQUIRE(back);
  CHECK(same(*back, records));
  CHECK(bytes_of({}).empty());
  CHECK(unpacked("")->empty());
  // What is said once more costs its place alone.
  CHECK(bytes_of({{usual, 7, 1, false}, {usual, 8, 2, false}}).size() == bytes_of({{usual, 7, 1, false}}).size() + 3);
}

TEST_CASE("stored records that are cut off behind one tell those before, and nowhere else") {
  std::mt19937 random(1);
  std::vector<StoredRecord> records;
  for (int i = 0; i < 200; ++i) {
    const auto some = static_cast<std::int64_t>(random() % 150);
    records.push_back({{some, 2, 3, {}, 4, 0, 0}, static_cast<std::int64_t>(random()), some, some % 9 == 0});
  }
  const auto bytes = bytes_of(records);
  std::vector<std::size_t> ends;
  for (StoredRecords reader(bytes); reader.next();) ends.push_back(reader.end());
  REQUIRE(ends.size() == records.size());
  CHECK(ends.back() == bytes.size());
  std::size_t whole = 0;
  for (std::size_t length = 1; length <= bytes.size(); ++length) {
    const auto part = unpacked(std::string_view(bytes).substr(0, length));
    if (!part) continue;
    CHECK(ends[whole] == length);
    ++whole;
    CHECK(same(*part, {records.begin(), records.begin() + static_cast<std::ptrdiff_t>(whole)}));
  }
  CHECK(whole == records.size());
}

TEST_CASE("bytes that are no stored records are noticed") {
  CHECK_FALSE(unpacked("\x01\x05\x02"));                        // details that nobody has told
  CHECK_FALSE(unpacked(std::string(11, '\xff') + "\x01\x01"));  // a number that does not end
  std::mt19937 random(2);
  for (int i = 0; i < 1000; ++i) {
    std::string bytes(random() % 60, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() % (i % 2 == 0 ? 256 : 4));
    StoredRecords records(bytes);
    std::size_t end = 0;
    while (records.next()) {
      REQUIRE(records.end() > end);
      end = records.end();
    }
    CHECK((records.broken() || end == bytes.size()));
    CHECK_FALSE(records.next());
  }
}
