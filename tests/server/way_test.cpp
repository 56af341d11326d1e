#include "server/access/way.h"

#include "server/access/credentials.h"
#include "server/access/principal.h"
#include "server/access/throttle.h"
#include "tests/support/catch.h"

using server::OwnHosts;
using server::Request;

namespace {

Request with(std::map<std::string, std::string> headers, const std::string& ip = "10.0.0.1") {
  Request request;
  request.headers = std::move(headers);
  request.remote_ip = ip;
  return request;
}

}  // namespace

TEST_CASE("names of this machine and of the settings are ours", "[way]") {
  OwnHosts hosts;
  hosts.address = "127.0.0.2";
  hosts.names = {"radar.example.com"};
  for (const auto* host : {"localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.2:8080", "[::1]:8080", "[::1]",
                           "radar.example.com", "Radar.Example.com:443"})
    CHECK(server::is_own_host(with({{"host", host}}), hosts));
  for (const auto* host : {"evil.example", "127.0.0.3", "192.0.2.1", "[::2]", "localhost.",
                           "radar.example.com.evil.example", "[::1", "::1", "", "localhost@evil.example"})
    CHECK_FALSE(server::is_own_host(with({{"host", host}}), hosts));
  // No name can be made to point at a number.
  hosts.loopback = false;
  CHECK(server::is_own_host(with({{"host", "192.0.2.1:8080"}}), hosts));
  CHECK(server::is_own_host(with({{"host", "[2001:db8::1]:8080"}}), hosts));
  CHECK_FALSE(server::is_own_host(with({{"host", "evil.example"}}), hosts));
}

TEST_CASE("the client behind proxies is the first that is none of ours, from the end", "[way]") {
  const std::vector<schema::IpRange> trusted{*schema::parse_ip_range("10.0.0.0/8"), *schema::parse_ip_range("::1")};
  const auto client = [&](const std::string& list, const std::string& peer = "10.0.0.1") {
    auto request = with({{"x-forwarded-for", list}}, peer);
    server::take_forwarded(request, trusted);
    return request.remote_ip;
  };
  CHECK(client("192.0.2.1") == "192.0.2.1");
  CHECK(client("203.0.113.9, 192.0.2.1") == "192.0.2.1");
  CHECK(client("203.0.113.9, 192.0.2.1, 10.1.1.1") == "192.0.2.1");
  CHECK(client("10.2.2.2, 10.1.1.1") == "10.2.2.2");
  CHECK(client("203.0.113.9, nonsense") == "10.0.0.1");
  CHECK(client("") == "10.0.0.1");
  CHECK(client("192.0.2.1", "198.51.100.1") == "198.51.100.1");  // no proxy of ours: not believed
}

TEST_CASE("TLS is believed of trusted proxies alone", "[way]") {
  const std::vector<schema::IpRange> trusted{*schema::parse_ip_range("10.0.0.1")};
  const auto secure = [&](const std::string& scheme, const std::string& peer) {
    auto request = with({{"x-forwarded-proto", scheme}}, peer);
    server::take_forwarded(request, trusted);
    return request.secure;
  };
  CHECK(secure("https", "10.0.0.1"));
  CHECK(secure("http, HTTPS", "10.0.0.1"));
  CHECK_FALSE(secure("https, http", "10.0.0.1"));
  CHECK_FALSE(secure("https", "10.0.0.2"));
}

TEST_CASE("tokens have one form", "[way]") {
  const std::string id(10, 'a'), secret(64, '0');
  const auto parsed = server::parse_token("rua_" + id + "_" + secret);
  REQUIRE(parsed);
  CHECK(parsed->id == id);
  CHECK(parsed->secret == secret);
  for (const auto& wrong : {std::string(), std::string("rua_"), "rua_" + id + "-" + secret,
                            "rua_" + id + "_" + secret + "0", "RUA_" + id + "_" + secret,
                            "rua_" + std::string(10, 'G') + "_" + secret, "rua_" + id + "_" + std::string(64, 'A')})
    CHECK_FALSE(server::parse_token(wrong));
}

TEST_CASE("domain patterns see themselves and, with a star, what is below", "[way]") {
  server::Principal who;
  CHECK(who.sees("anything.example"));
  who.domains = {"example.com", "*.example.org"};
  for (const auto* domain : {"example.com", "example.org", "a.example.org", "a.b.example.org"}) CHECK(who.sees(domain));
  for (const auto* domain : {"a.example.com", "badexample.org", "example.net", "org", ""})
    CHECK_FALSE(who.sees(domain));
}

TEST_CASE("a throttle lets so many through, and again after a while", "[way]") {
  server::Throttle throttle({2, std::chrono::seconds(10)}, 2);
  const auto start = server::Throttle::Clock::now();
  CHECK(throttle.take("a", start).allowed);
  CHECK(throttle.take("a", start).remaining == 0);
  const auto refused = throttle.take("a", start);
  CHECK_FALSE(refused.allowed);
  CHECK(refused.retry_after == std::chrono::seconds(5));
  CHECK(throttle.take("b", start).allowed);
  CHECK(throttle.take("a", start + std::chrono::seconds(5)).allowed);
  CHECK_FALSE(throttle.take("a", start + std::chrono::seconds(5)).allowed);
  throttle.forgive("a");
  CHECK(throttle.take("a", start + std::chrono::seconds(5)).remaining == 1);
  // Of too many keys the one not heard of for longest is forgotten.
  CHECK(throttle.take("c", start + std::chrono::seconds(5)).allowed);
  CHECK(throttle.take("b", start + std::chrono::seconds(5)).remaining == 1);
}
