// Who is slow, deaf, or one too many costs the others nothing.
#include <chrono>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "server/http_server.h"
#include "tests/support/catch.h"
#include "tests/support/http_client.h"
#include "tests/support/running_front.h"

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using tests::body_of;
using tests::Client;
using tests::get;
using tests::quick;
using tests::release;
using Running = tests::RunningFront;
using tests::status_of;

TEST_CASE("slow clients are answered 408", "[http_server]") {
  const Running running;
  const Client head(running.port), body(running.port), silent(running.port);
  head.say("GET / HTTP/1.1\r\nHos");
  body.say("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab");
  CHECK(status_of(head.hear()) == 408);
  CHECK(status_of(body.hear()) == 408);
  CHECK(silent.hear().empty());
}

// Longer than any test: who waits for a deadline to pass, waits too long.
server::HttpLimits patient() {
  auto limits = quick();
  limits.head_deadline = limits.body_deadline = limits.write_deadline = 60s;
  return limits;
}

TEST_CASE("slow clients cost the others nothing", "[http_server]") {
  const Running running(patient());
  std::vector<std::unique_ptr<Client>> slow;
  for (int i = 0; i < 100; ++i) {
    slow.push_back(std::make_unique<Client>(running.port));
    slow.back()->say(i % 2 == 0 ? "GET / HTTP/1.1\r\nHos"
                                : "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab");
  }
  const auto before = Clock::now();
  for (int i = 0; i < 20; ++i) CHECK(body_of(running.ask(get("/"))) == "ok");
  CHECK(Clock::now() - before < 20s);
}

// What this process holds, in kilobytes; 0 where the system does not say.
long resident_kilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmRSS:", 0) == 0) return std::stol(line.substr(6));
  return 0;
}

TEST_CASE("500 slow connections of every kind leave the others answered and the memory small", "[http_server]") {
  auto limits = patient();
  limits.connections = 600;
  const Running running(limits);
  CHECK(body_of(running.ask(get("/"))) == "ok");
  const long before = resident_kilobytes();
  std::vector<std::unique_ptr<Client>> slow;
  for (int i = 0; i < 500; ++i) {
    slow.push_back(std::make_unique<Client>(running.port));
    switch (i % 5) {
      case 0:
        break;  // silent
      case 1:
        slow.back()->say("G");
        break;
      case 2:
        slow.back()->say("GET / HTTP/1.1\r\nHost: a\r\nX-A: " + std::string(8000, 'a'));
        break;
      case 3:
        slow.back()->say("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\nab");
        break;
      default:
        slow.back()->say(get("/stream").substr(0, 20));
    }
  }
  for (int i = 0; i < 50; ++i) CHECK(body_of(running.ask(get("/"))) == "ok");
  const long after = resident_kilobytes();
  if (before > 0) CHECK(after - before < 32 * 1024);
}

TEST_CASE("at the limit of connections the one that waits longest makes room", "[http_server]") {
  auto limits = quick();
  limits.connections = 10;
  limits.head_deadline = 10s;
  const Running running(limits);
  std::vector<std::unique_ptr<Client>> idle;
  for (int i = 0; i < 30; ++i) idle.push_back(std::make_unique<Client>(running.port));
  CHECK(body_of(running.ask(get("/"))) == "ok");
  CHECK(idle.front()->hear().empty());
}

TEST_CASE("who does not read a large answer keeps no worker", "[http_server]") {
  const Running running(patient());
  std::vector<std::unique_ptr<Client>> deaf;
  for (int i = 0; i < 5; ++i) {
    deaf.push_back(std::make_unique<Client>(running.port));
    deaf.back()->say(get("/large"));
  }
  const auto before = Clock::now();
  for (int i = 0; i < 10; ++i) CHECK(body_of(running.ask(get("/"))) == "ok");
  CHECK(Clock::now() - before < 20s);
}

TEST_CASE("a large answer arrives whole at a client that takes its time", "[http_server]") {
  const Running running;
  const Client client(running.port);
  client.say(get("/large"));
  std::this_thread::sleep_for(100ms);
  CHECK(body_of(client.hear()).size() == 8 * 1024 * 1024);
}

TEST_CASE("streams beyond their number are answered 503 with Retry-After", "[http_server]") {
  auto limits = quick();
  limits.write_deadline = 5s;
  const Running running(limits);
  std::vector<std::unique_ptr<Client>> streaming;
  for (int i = 0; i < 2; ++i) {
    streaming.push_back(std::make_unique<Client>(running.port));
    streaming.back()->say(get("/endless"));
    streaming.back()->hear("HTTP/1.1 200");
  }
  const std::string response = running.ask(get("/stream"));
  CHECK(status_of(response) == 503);
  CHECK(response.find("Retry-After: ") != std::string::npos);
  CHECK(body_of(running.ask(get("/"))) == "ok");
}

TEST_CASE("a stream that nobody reads is cut off, and its place is free again", "[http_server]") {
  const Running running;
  const Client first(running.port), second(running.port);
  for (const Client* deaf : {&first, &second}) {
    deaf->say(get("/endless"));
    deaf->hear("HTTP/1.1 200");
  }
  const auto patience = Clock::now() + 8s;
  int status = 503;
  while (status == 503 && Clock::now() < patience) {
    std::this_thread::sleep_for(50ms);
    status = status_of(running.ask(get("/stream")));
  }
  CHECK(status == 200);
}

TEST_CASE("a full queue is answered 503", "[http_server]") {
  release = false;
  auto limits = quick();
  limits.workers = 1;
  limits.waiting_requests = 1;
  const Running running(limits);
  const Client in_hand(running.port);
  in_hand.say(get("/wait"));
  std::this_thread::sleep_for(50ms);
  const Client waiting(running.port);
  waiting.say(get("/"));
  std::this_thread::sleep_for(50ms);
  CHECK(status_of(running.ask(get("/"))) == 503);
  release = true;
  CHECK(body_of(in_hand.hear()) == "waited");
  CHECK(body_of(waiting.hear()) == "ok");
}

TEST_CASE("stopping lets requests in hand end, and accepts no more", "[http_server]") {
  release = false;
  auto running = std::make_unique<Running>();
  const Client idle(running->port);
  const Client in_hand(running->port);
  in_hand.say(get("/wait"));
  std::this_thread::sleep_for(50ms);
  std::thread stopping([&] { running->server.stop(); });
  CHECK(idle.hear().empty());
  release = true;
  CHECK(body_of(in_hand.hear()) == "waited");
  stopping.join();
}

TEST_CASE("stopping does not wait for ever for who sends or reads nothing", "[http_server]") {
  auto limits = quick();
  limits.head_deadline = 60s;
  limits.write_deadline = 60s;
  limits.drain = 300ms;
  auto running = std::make_unique<Running>(limits);
  const Client half(running->port);
  half.say("GET / HT");
  const Client deaf(running->port);
  deaf.say(get("/endless"));
  deaf.hear("HTTP/1.1 200");
  const auto before = Clock::now();
  running->server.stop();
  CHECK(Clock::now() - before < 2s);
}
