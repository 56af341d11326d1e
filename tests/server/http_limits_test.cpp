// The limits of server/http_limits.h that count something: one below, at it, and one above. Those of time are met in
// http_slow_clients_test.cpp.
#include "server/http_limits.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "server/http_head.h"
#include "server/http_server.h"
#include "tests/support/catch.h"
#include "tests/support/http_client.h"
#include "tests/support/running_front.h"

using namespace std::chrono_literals;
using server::HttpLimits;
using tests::body_of;
using tests::Client;
using tests::status_of;

namespace {

std::string padded(const std::string& before, std::size_t size, const std::string& after) {
  return before + std::string(size - before.size() - after.size(), 'a') + after;
}

std::string post(const std::string& path, std::size_t bytes) {
  return "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n";
}

struct Edge {
  std::string name;
  std::size_t HttpLimits::*member;
  std::size_t limit;
  int status;                                    // above it
  std::function<std::string(std::size_t)> head;  // with so much of it
};

const std::vector<Edge> edges{
    {"head_bytes", &HttpLimits::head_bytes, 500, 431,
     [](auto size) { return padded("GET / HTTP/1.1\r\nHost: a\r\nA: ", size, "\r\n\r\n"); }},
    {"headers", &HttpLimits::headers, 5, 431,
     [](auto size) {
       std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
       for (std::size_t i = 1; i < size; ++i) head += "A: b\r\n";
       return head + "\r\n";
     }},
    {"target_bytes", &HttpLimits::target_bytes, 100, 414,
     [](auto size) { return "GET " + padded("/", size, "") + " HTTP/1.1\r\nHost: a\r\n\r\n"; }},
    {"body_bytes", &HttpLimits::body_bytes, 1000, 413, [](auto size) { return post("/", size); }},
    {"upload_bytes", &HttpLimits::upload_bytes, 5000, 413, [](auto size) { return post("/api/v1/reports", size); }},
};

int status_of_head(const std::string& head, const HttpLimits& limits) {
  const auto checked = server::check_head(head, limits);
  return checked ? 0 : checked.error();
}

// More than sockets hold that nobody reads.
constexpr std::size_t large_bytes = 16'000'000;

// Patient for longer than any test takes: whoever waits here waits for a limit of number.
HttpLimits patient() {
  HttpLimits limits;
  limits.workers = 2;
  limits.head_deadline = limits.body_deadline = limits.write_deadline = 60s;
  limits.drain = limits.linger = 100ms;
  return limits;
}

server::Response answer(const server::Request& request) {
  server::Response response;
  response.headers = {{"Content-Type", "text/plain"}};
  response.body = request.path == "/large" ? std::string(large_bytes, 'x') : std::string("ok");
  return response;
}

struct Running : tests::RunningFront {
  explicit Running(HttpLimits limits, const std::string& address = "127.0.0.1")
      : RunningFront(std::move(limits), answer, address) {}
};

const std::string plain = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

// Of this machine, but not loopback; empty where it has none.
std::string outer_address() {
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return {};
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owned(all, ::freeifaddrs);
  for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_INET) continue;
    if ((one->ifa_flags & IFF_LOOPBACK) != 0 || (one->ifa_flags & IFF_UP) == 0) continue;
    char text[INET_ADDRSTRLEN];
    const auto* address = reinterpret_cast<const sockaddr_in*>(one->ifa_addr);
    if (::inet_ntop(AF_INET, &address->sin_addr, text, sizeof text) != nullptr) return text;
  }
  return {};
}

}  // namespace

TEST_CASE("a head that is one below a limit or at it passes, and one above it does not", "[http_limits]") {
  for (const Edge& edge : edges) {
    INFO(edge.name);
    HttpLimits limits;
    limits.*edge.member = edge.limit;
    CHECK(status_of_head(edge.head(edge.limit - 1), limits) == 0);
    CHECK(status_of_head(edge.head(edge.limit), limits) == 0);
    CHECK(status_of_head(edge.head(edge.limit + 1), limits) == edge.status);
  }
}

TEST_CASE("a head at the limit is answered, and one byte more is refused before its end has come", "[http_limits]") {
  auto limits = patient();
  limits.head_bytes = 500;
  const Running running(limits);
  const std::string end = "\r\nConnection: close\r\n\r\n";
  CHECK(body_of(running.ask(padded("GET / HTTP/1.1\r\nHost: a\r\nA: ", 500, end))) == "ok");
  CHECK(status_of(running.ask(padded("GET / HTTP/1.1\r\nHost: a\r\nA: ", 501, end))) == 431);
  // So many bytes that the end no longer fits.
  const Client waiting(running.port), over(running.port);
  waiting.say(padded("GET / HTTP/1.1\r\nHost: a\r\nA: ", 496, ""));
  over.say(padded("GET / HTTP/1.1\r\nHost: a\r\nA: ", 497, ""));
  CHECK(status_of(over.hear()) == 431);
  waiting.say("\r\n\r\n");
  CHECK(status_of(waiting.hear("ok")) == 200);
}

TEST_CASE("a body larger than what is read unasked is asked about, and one at the limit is not", "[http_limits]") {
  std::atomic<int> asked{0};
  auto limits = patient();
  limits.unasked_body_bytes = 1000;
  server::HttpServer server(
      [&](const server::Request& request) {
        server::Response response;
        if (request.body_to_come) ++asked;
        response.status = request.body_to_come ? 403 : 200;
        return response;
      },
      limits);
  const auto port = server.start({"127.0.0.1", 0})->port;
  const auto status = [&](std::size_t bytes) {
    const Client client(port);
    client.say("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " + std::to_string(bytes) +
               "\r\n\r\n" + std::string(bytes, 'x'));
    return status_of(client.hear());
  };
  CHECK(status(999) == 200);
  CHECK(status(1000) == 200);
  CHECK(asked == 0);
  CHECK(status(1001) == 403);
  CHECK(asked == 1);
}

TEST_CASE("as many connections as allowed stay, and one more costs the one that waits longest its place",
          "[http_limits]") {
  auto limits = patient();
  limits.connections = 3;
  const Running running(limits);
  const Client first(running.port), second(running.port);
  first.say("GET / HTTP/1.1\r\n");
  second.say("GET / HTTP/1.1\r\n");
  CHECK(body_of(running.ask(plain)) == "ok");  // the third, at the limit
  const Client third(running.port);
  third.say("GET / HTTP/1.1\r\n");
  CHECK(body_of(running.ask(plain)) == "ok");  // the fourth
  CHECK(first.hear().empty());
  for (const auto* kept : {&second, &third}) {
    kept->say("Host: a\r\n\r\n");
    CHECK(status_of(kept->hear("ok")) == 200);
  }
}

TEST_CASE("one client has as many connections as allowed, and its next one costs only itself", "[http_limits]") {
  const auto address = outer_address();
  if (address.empty()) return;  // only loopback here, which is not counted
  auto limits = patient();
  limits.connections_per_client = 2;
  const Running running(limits, "0.0.0.0");
  const Client here(running.port);
  here.say("GET / HTTP/1.1\r\n");
  const Client first(running.port, address), second(running.port, address);
  first.say("GET / HTTP/1.1\r\n");
  second.say("GET / HTTP/1.1\r\n");
  const Client third(running.port, address);
  third.say(plain);
  CHECK(body_of(third.hear()) == "ok");
  CHECK(first.hear().empty());
  for (const auto* kept : {&second, &here}) {
    kept->say("Host: a\r\n\r\n");
    CHECK(status_of(kept->hear("ok")) == 200);
  }
}

TEST_CASE("what all clients sent together is kept up to the limit, and the byte beyond it is refused",
          "[http_limits]") {
  auto limits = patient();
  limits.received_bytes = 10'000;
  const Running running(limits);
  const Client first(running.port);
  first.say(post("/", 9'000));
  first.say(std::string(8'000, 'x'));
  CHECK(body_of(running.ask(plain)) == "ok");
  // Of a head nothing is kept that is not whole: 2,000 more are there now, all that is allowed.
  const Client second(running.port);
  second.say(padded("GET / HTTP/1.1\r\nHost: a\r\nA: ", 2'000, ""));
  std::this_thread::sleep_for(100ms);
  second.say("a");
  CHECK(status_of(second.hear()) == 503);
  first.say(std::string(1'000, 'x'));
  CHECK(status_of(first.hear("ok")) == 200);
}

TEST_CASE("answers that nobody fetches are kept up to the limit, and one larger than that is let through",
          "[http_limits]") {
  auto limits = patient();
  limits.unsent_bytes = 1'000'000;
  const Running running(limits);
  const std::string large = "GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  // Alone it may be larger.
  CHECK(body_of(running.ask(large)).size() == large_bytes);
  const Client deaf(running.port);
  deaf.say(large);
  CHECK(deaf.hear("HTTP/1.1 200").substr(0, 12) == "HTTP/1.1 200");
  CHECK(status_of(running.ask(large)) == 503);
  CHECK(deaf.hear().size() > 1'000'000);
  CHECK(body_of(running.ask(large)).size() == large_bytes);
}

TEST_CASE("a large body has the time that the slowest rate allows, and no more", "[http_limits]") {
  auto limits = patient();
  limits.body_deadline = 200ms;
  const auto half_sent = [](const Running& running) {
    auto client = std::make_unique<Client>(running.port);
    client->say(post("/", 60) + std::string(30, 'x'));
    return client;
  };
  {
    limits.slowest_bytes_per_second = 1;  // a minute for these 60
    const Running running(limits);
    const auto client = half_sent(running);
    std::this_thread::sleep_for(600ms);
    client->say(std::string(30, 'x'));
    CHECK(status_of(client->hear("ok")) == 200);
  }
  limits.slowest_bytes_per_second = 61;  // less than a second, which is none
  const Running running(limits);
  CHECK(status_of(half_sent(running)->hear()) == 408);
}

TEST_CASE("every limit of the HTTP front is set by a test", "[http_limits]") {
  std::string tests;
  for (const auto* name : {"server/http_limits_test.cpp", "server/http_server_test.cpp", "server/http_head_test.cpp",
                           "server/http_slow_clients_test.cpp", "support/running_front.h"}) {
    std::ifstream file(std::string(TEST_DATA "/../") + name);
    tests += std::string(std::istreambuf_iterator<char>(file), {});
  }
  std::ifstream header(TEST_DATA "/../../server/http_limits.h");
  std::size_t limits = 0;
  for (std::string line; std::getline(header, line);) {
    std::istringstream words(line);
    std::string type, name;
    words >> type >> name;
    if (type != "std::size_t" && type != "std::chrono::milliseconds") continue;
    name = name.substr(0, name.find('{'));
    ++limits;
    CAPTURE(name);
    CHECK((tests.find("." + name + " =") != tests.npos || tests.find("::" + name + ",") != tests.npos));
  }
  CHECK(limits > 15);
}
