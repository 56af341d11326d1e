#include <array>

#include "schema/intern.h"
#include "tests/support/catch.h"

using namespace schema;

namespace {

IpAddress address(std::uint32_t n) {
  std::array<std::uint8_t, 16> bytes{};
  bytes[10] = bytes[11] = 0xff;
  for (std::size_t i = 0; i < 4; ++i) bytes[12 + i] = static_cast<std::uint8_t>(n >> (24 - 8 * i));
  return IpAddress::from_bytes(bytes);
}

}  // namespace

TEST_CASE("addresses are known by their numbers until there are too many, and never by a wrong one") {
  AddressCache cache;
  CHECK(cache.find(address(1)) == 0);
  constexpr std::uint32_t most = 600'000;  // more than it has room for
  std::uint32_t times_full = 0;
  for (std::uint32_t n = 1; n <= most; ++n) {
    cache.remember(address(n), n);
    REQUIRE(cache.find(address(n)) == n);
    if (cache.find(address(1)) != 1) {
      ++times_full;
      cache.remember(address(1), 1);
    }
  }
  CHECK(times_full >= 1);
  CHECK(times_full <= 4);
  std::uint32_t known = 0;
  for (std::uint32_t n = 1; n <= most; ++n) {
    const auto number = cache.find(address(n));
    known += number != 0;
    if (number != 0) REQUIRE(number == n);
  }
  CHECK(known > 1000);
  CHECK(cache.find(address(most + 1)) == 0);
  cache.clear();
  CHECK(cache.find(address(most)) == 0);
  CHECK(cache.find(address(1)) == 0);
}
