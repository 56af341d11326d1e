#include "schema/packed_sums.h"

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/catch.h"

using namespace schema;

namespace {

using Fields = std::vector<std::int64_t>;

Fields fields(const PackedSum& sum) {
  return {sum.address_id, sum.result_id, sum.messages, sum.first_day, sum.last_day};
}

// none: these are no sums.
std::optional<std::vector<Fields>> unpacked(std::string_view bytes) {
  std::vector<Fields> all;
  if (!unpack(bytes, [&](const PackedSum& sum) { all.push_back(fields(sum)); })) return std::nullopt;
  return all;
}

}  // namespace

TEST_CASE("sums come out of their bytes as they went in") {
  const std::vector<PackedSum> sums = {
      {0, 0, 0, 0, 0},
      {1, 9, 127, 0, 6},
      {1, 12, 128, 3, 3},
      {300, 1, 1'000'000'000'000, 6, 6},
      {std::numeric_limits<std::int64_t>::max(), 1 << 20, std::numeric_limits<std::int64_t>::max(), 2, 5},
  };
  std::vector<Fields> expected;
  for (const auto& sum : sums) expected.push_back(fields(sum));
  CHECK(unpacked(pack(sums)) == expected);
  CHECK(unpacked("") == std::vector<Fields>());
  CHECK(pack(std::span(sums).subspan(0, 2)).size() == 8);
}

TEST_CASE("bytes that break off or say what cannot be are no sums") {
  const std::vector<PackedSum> sums = {{1000, 200, 3000, 1, 2}, {5000, 7, 1, 0, 6}};
  const auto whole = pack(sums);
  const auto first = pack(std::span(sums).subspan(0, 1)).size();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    INFO(length);
    CHECK(unpacked(whole.substr(0, length)).has_value() == (length == 0 || length == first));
  }
  CHECK_FALSE(unpacked(std::string("\x01\x01\x01\x31", 4)));        // day 49 of a week of 49 pairs
  CHECK_FALSE(unpacked(std::string(11, '\xff') + "\x01\x01\x01"));  // a number that does not end
}
