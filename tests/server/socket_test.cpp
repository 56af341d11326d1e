#include "server/socket.h"

#include "tests/support/catch.h"

using server::parse_endpoint;

TEST_CASE("addresses to listen on are read", "[socket]") {
  CHECK(parse_endpoint("127.0.0.1:8080")->to_string() == "127.0.0.1:8080");
  CHECK(parse_endpoint("localhost:0")->to_string() == "127.0.0.1:0");
  CHECK(parse_endpoint("[::1]:80")->to_string() == "[::1]:80");
  CHECK(parse_endpoint(":80")->to_string() == "0.0.0.0:80");
  for (const char* bad : {"", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:8080x",
                          "::1:80", "[127.0.0.1]:80", "[]:80", "host.example:80", "256.0.0.1:80", "[::1]"}) {
    INFO(bad);
    CHECK_FALSE(parse_endpoint(bad));
  }
}

TEST_CASE("loopback is told from the network", "[socket]") {
  CHECK(parse_endpoint("127.0.0.1:1")->is_loopback());
  CHECK(parse_endpoint("127.3.2.1:1")->is_loopback());
  CHECK(parse_endpoint("[::1]:1")->is_loopback());
  CHECK_FALSE(parse_endpoint("0.0.0.0:1")->is_loopback());
  CHECK_FALSE(parse_endpoint("[::]:1")->is_loopback());
  CHECK_FALSE(parse_endpoint("192.0.2.1:1")->is_loopback());
}
