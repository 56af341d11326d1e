#include "schema/packed_week_records.h"

#include <limits>

#include "schema/packed_results.h"
#include "tests/support/catch.h"

using namespace schema;

namespace {

constexpr auto most = std::numeric_limits<std::int64_t>::max();

using Fields = std::vector<std::int64_t>;

Fields fields(const PackedRecord& record) {
  return {record.address_id, record.report_id, static_cast<std::int64_t>(record.details), record.messages};
}
Fields fields(const PackedResult& row) {
  return {row.day, row.reporter_id, row.policy_id, row.header_from_id, row.result_id, row.messages, row.records};
}

// none: these are no records.
std::optional<std::vector<Fields>> unpacked(std::int64_t first_address, std::string_view bytes) {
  std::vector<Fields> all;
  if (!unpack_week_records(first_address, bytes, [&](const PackedRecord& record) { all.push_back(fields(record)); }))
    return std::nullopt;
  return all;
}
std::optional<std::vector<Fields>> unpacked_results(std::string_view bytes) {
  std::vector<Fields> all;
  if (!unpack_results(bytes, [&](const PackedResult& row) { all.push_back(fields(row)); })) return std::nullopt;
  return all;
}

}  // namespace

TEST_CASE("records of a week come out of their bytes as they went in") {
  const std::vector<PackedRecord> records = {
      {7, 1000, 0, 1}, {7, 1000, 3, 2}, {7, 5000, 0, 0}, {8, 900, 200, 127}, {300, 900, 1, most},
  };
  std::vector<Fields> expected;
  for (const auto& record : records) expected.push_back(fields(record));
  const auto bytes = pack_week_records(records);
  CHECK(unpacked(7, bytes) == expected);
  CHECK(pack_week_records({}).empty());
  CHECK(pack_week_records(std::span(records).subspan(0, 1)).size() == 2 + 4);

  std::size_t whole = 0;  // of the lengths at which it may break off unseen: after a record, or after the first report
  for (std::size_t length = 1; length < bytes.size(); ++length) whole += unpacked(7, bytes.substr(0, length)) ? 1 : 0;
  CHECK(whole == records.size());
  CHECK_FALSE(unpacked(7, ""));
  CHECK_FALSE(unpacked(1, std::string(11, '\xff') + "\x01\x01\x01\x01"));  // a number that does not end
}

TEST_CASE("what records say alike comes out of its bytes as it went in") {
  const std::vector<RecordDetails> details = {{9, 1, std::nullopt, 2, 3}, {12, 300, 0, 1, 0}, {1, 2, 5, 1 << 20, most}};
  const auto bytes = pack_details(details);
  const auto back = unpack_details(bytes);
  REQUIRE(back);
  CHECK((*back == details));
  CHECK(unpack_details("")->empty());
  for (std::size_t length = 1; length < bytes.size(); ++length) {
    INFO(length);
    const auto some = unpack_details(bytes.substr(0, length));
    CHECK(some.has_value() == (length == 5 || length == 11));
  }
}

TEST_CASE("rows of the days of a week come out of their bytes as they went in") {
  const std::vector<PackedResult> rows = {{0, 1, 2, 3, 9, 5, 1}, {6, 300, 1, 1 << 20, 12, most, most}};
  std::vector<Fields> expected;
  for (const auto& row : rows) expected.push_back(fields(row));
  const auto bytes = pack_results(rows);
  CHECK(unpacked_results(bytes) == expected);
  CHECK(unpacked_results("") == std::vector<Fields>());
  for (std::size_t length = 1; length < bytes.size(); ++length) {
    INFO(length);
    CHECK(unpacked_results(bytes.substr(0, length)).has_value() == (length == 7));
  }
  CHECK_FALSE(unpacked_results(std::string("\x07\x01\x01\x01\x01\x01\x01", 7)));  // the eighth day of a week
}
