#include "schema/packed_days.h"

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/catch.h"

using namespace schema;

namespace {

using Fields = std::vector<std::int64_t>;

Fields fields(const PackedDay& row) {
  return {row.address_id, row.domain_id, row.day, row.result_id, row.messages, row.records};
}

// none: these are no rows.
std::optional<std::vector<Fields>> unpacked(std::int64_t first_address, std::string_view bytes) {
  std::vector<Fields> all;
  if (!unpack_days(first_address, bytes, [&](const PackedDay& row) { all.push_back(fields(row)); }))
    return std::nullopt;
  return all;
}

}  // namespace

TEST_CASE("days come out of their bytes as they went in") {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  const std::vector<PackedDay> rows = {
      {7, 1, 0, 9, 127, 1},
      {7, 1, 6, 12, 128, 2},
      {7, 2, 0, 1, 0, 0},
      {300, 1 << 20, 6, 1, 1, 1},
      {301, 3, 5, 1 << 20, most, most},
  };
  std::vector<Fields> expected;
  for (const auto& row : rows) expected.push_back(fields(row));
  CHECK(unpacked(7, pack_days(rows)) == expected);
  CHECK(unpacked(7, "") == std::vector<Fields>());
  CHECK(pack_days({}).empty());
  CHECK(pack_days(std::span(rows).subspan(0, 1)).size() == 5);
}

TEST_CASE("bytes that break off or say what cannot be are no days") {
  const std::vector<PackedDay> rows = {{1000, 200, 1, 200, 3000, 1}, {1000, 201, 6, 7, 1, 70}};
  const auto whole = pack_days(rows);
  const auto first = pack_days(std::span(rows).subspan(0, 1)).size();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    INFO(length);
    CHECK(unpacked(1000, whole.substr(0, length)).has_value() == (length == 0 || length == first));
  }
  CHECK_FALSE(unpacked(1, std::string("\x00\x0f\x01\x02", 4)));        // the eighth day of a week
  CHECK_FALSE(unpacked(1, std::string(11, '\xff') + "\x01\x01\x01"));  // a number that does not end
}
