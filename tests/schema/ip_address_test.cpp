#include "schema/ip_address.h"

#include "tests/support/catch.h"

using namespace schema;

namespace {

std::string canonical(std::string_view text) {
  const auto address = IpAddress::parse(text);
  return address ? address->to_string() : "none";
}

std::string range(std::string_view text) {
  const auto found = parse_ip_range(text);
  return found ? found->first.to_string() + " " + found->last.to_string() : "none";
}

}  // namespace

TEST_CASE("addresses are printed as RFC 5952 says") {
  CHECK(canonical("192.0.2.1") == "192.0.2.1");
  CHECK(canonical("0.0.0.0") == "0.0.0.0");
  CHECK(canonical("2001:DB8:0:0::1") == "2001:db8::1");
  CHECK(canonical("2001:0db8:0000:0000:0001:0000:0000:0001") == "2001:db8::1:0:0:1");
  CHECK(canonical("2001:db8:0:1:1:1:1:1") == "2001:db8:0:1:1:1:1:1");
  CHECK(canonical("1:0:0:2:0:0:0:3") == "1:0:0:2::3");
  CHECK(canonical("::") == "::");
  CHECK(canonical("::1") == "::1");
  CHECK(canonical("1::") == "1::");
  CHECK(canonical("::102:304") == "::102:304");
  CHECK(canonical("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff") == "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

TEST_CASE("a mapped address is the IPv4 address") {
  CHECK(canonical("::ffff:192.0.2.1") == "192.0.2.1");
  CHECK(canonical("::FFFF:c000:201") == "192.0.2.1");
  CHECK(IpAddress::parse("192.0.2.1") == IpAddress::parse("::ffff:c000:201"));
  CHECK(IpAddress::parse("192.0.2.1")->is_v4());
  CHECK_FALSE(IpAddress::parse("::102:304")->is_v4());
}

TEST_CASE("what is no address is none") {
  for (const char* bad :
       {"", " 192.0.2.1", "192.0.2.1 ", "192.0.2", "192.0.2.256", "010.0.0.1", "0x7f.1", "2130706433", "[2001:db8::1]",
        "fe80::1%eth0", "192.0.2.1:25", "192.0.2.0/24", "2001:db8::1::", "1:2:3:4:5:6:7:8:9", "X.X.X.X", "host.example",
        "12345::", "::ffff:1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18.19"})
    CHECK(canonical(bad) == "none");
  CHECK(canonical(std::string_view("192.0.2.1\0", 10)) == "none");
}

TEST_CASE("addresses sort, and networks are ranges") {
  CHECK(*IpAddress::parse("192.0.2.1") < *IpAddress::parse("192.0.2.2"));
  CHECK(*IpAddress::parse("255.255.255.255") < *IpAddress::parse("2001:db8::"));
  CHECK(range("192.0.2.1") == "192.0.2.1 192.0.2.1");
  CHECK(range("192.0.2.77/24") == "192.0.2.0 192.0.2.255");
  CHECK(range("192.0.2.77/32") == "192.0.2.77 192.0.2.77");
  CHECK(range("0.0.0.0/0") == "0.0.0.0 255.255.255.255");
  CHECK(range("192.0.2.200/25") == "192.0.2.128 192.0.2.255");
  CHECK(range("2001:db8::/32") == "2001:db8:: 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff");
  CHECK(range("::/0") == ":: ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
  CHECK(range("::ffff:192.0.2.0/120") == "192.0.2.0 192.0.2.255");
  for (const char* bad : {"192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1", "192.0.2.0/+8", "192.0.2.0/8x", "/8",
                          "2001:db8::/129", "192.0.2.0/99999999999", "192.0.2.0/24/8"})
    CHECK(range(bad) == "none");
}
