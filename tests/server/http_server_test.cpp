#include "server/http_server.h"

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "server/log.h"
#include "tests/support/catch.h"
#include "tests/support/http_client.h"
#include "tests/support/running_front.h"

using namespace std::chrono_literals;
using server::Request;
using server::Response;
using tests::answer;
using tests::body_of;
using tests::Client;
using tests::get;
using tests::quick;
using Running = tests::RunningFront;
using tests::status_of;

TEST_CASE("the front answers", "[http_server]") {
  const Running running;
  const std::string response = running.ask(get("/"));
  CHECK(status_of(response) == 200);
  CHECK(body_of(response) == "ok");
  CHECK(response.find("Content-Length: 2\r\n") != std::string::npos);
  CHECK(body_of(running.ask(get("/query?b=2&a=1&b=3"))) == "b=2;a=1;b=3;");
}

TEST_CASE("a HEAD is answered with the head alone", "[http_server]") {
  const Running running;
  const std::string response = running.ask("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  CHECK(status_of(response) == 200);
  CHECK(response.find("Content-Length: 2\r\n") != std::string::npos);
  CHECK(body_of(response).empty());
  CHECK(body_of(running.ask("HEAD /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).empty());
}

TEST_CASE("bodies arrive raw, multipart too", "[http_server]") {
  const Running running;
  const std::string form = "--x\r\nContent-Disposition: form-data; name=f\r\n\r\nhello\r\n--x--\r\n";
  for (const std::string method : {"POST", "PUT", "PATCH", "DELETE"}) {
    const std::string response =
        running.ask(method +
                    " /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: multipart/form-data; "
                    "boundary=x\r\nContent-Length: " +
                    std::to_string(form.size()) + "\r\n\r\n" + form);
    CHECK(body_of(response) == method + " multipart/form-data; boundary=x " + form);
  }
}

TEST_CASE("requests follow each other on a connection, pipelined or not", "[http_server]") {
  const Running running;
  const Client client(running.port);
  client.say("GET /query?n=1 HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(body_of(client.hear("n=1;")) == "n=1;");
  client.say(
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /query?n=2 HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string both = client.hear("n=2;");
  CHECK(both.find("POST - abc") != std::string::npos);
  CHECK(both.find("n=2;") != std::string::npos);
}

TEST_CASE("who asks first is told to go on, or why not, before the body", "[http_server]") {
  const Running running;
  const Client client(running.port);
  client.say(
      "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\nConnection: close\r\n\r\n");
  CHECK(client.hear("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  client.say("abc");
  CHECK(body_of(client.hear()) == "POST - abc");
  const Client large(running.port);
  large.say("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 100001\r\n\r\n");
  CHECK(status_of(large.hear()) == 413);
}

TEST_CASE("streams are chunked, and a broken one lacks its end", "[http_server]") {
  const Running running;
  const std::string whole = running.ask(get("/stream"));
  CHECK(whole.find("Transfer-Encoding: chunked") != std::string::npos);
  CHECK(whole.substr(whole.size() - 5) == "0\r\n\r\n");
  const std::string broken = running.ask(get("/broken"));
  CHECK(broken.find("part2") != std::string::npos);
  CHECK(broken.find("0\r\n\r\n") == std::string::npos);
  const std::string old = running.ask("GET /stream HTTP/1.0\r\n\r\n");
  CHECK(body_of(old) == "part0\npart1\npart2\n");
}

TEST_CASE("what the handler throws is answered 500 without its words", "[http_server]") {
  const Running running;
  server::set_up_log(server::LogFormat::text, server::LogLevel::silent);
  const std::string response = running.ask(get("/throw"));
  server::set_up_log(server::LogFormat::text, server::LogLevel::info);
  CHECK(status_of(response) == 500);
  CHECK(response.find("secret") == std::string::npos);
}

TEST_CASE("bad requests are refused with their status and the security headers", "[http_server]") {
  std::mutex counting;
  std::map<int, int> refused, expected;
  auto limits = quick();
  limits.refused = [&](int status) {
    const std::lock_guard lock(counting);
    ++refused[status];
  };
  const Running running(limits);
  const std::vector<std::pair<std::string, int>> requests{
      {"nonsense\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\n" + std::string(20000, 'a') + "\r\n\r\n", 431},
      {"GET /" + std::string(5000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 411},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\n\r\n" + std::string(100001, 'x'), 413},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx", 415},
      {"POST / HTTP/1.1\r\nHost: a\r\nExpect: x\r\nContent-Length: 1\r\n\r\nx", 417},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400},
  };
  for (const auto& [request, status] : requests) {
    INFO(request.substr(0, 60));
    ++expected[status];
    const std::string response = running.ask(request);
    CHECK(status_of(response) == status);
    CHECK(response.find("Content-Security-Policy: default-src 'none'") != std::string::npos);
    CHECK(response.find("application/problem+json") != std::string::npos);
  }
  CHECK(body_of(running.ask(get("/"))) == "ok");
  const std::lock_guard lock(counting);
  CHECK(refused == expected);  // each was told once, and no other
}

TEST_CASE("200,000 headers are refused after the first 16 KiB", "[http_server]") {
  const Running running;
  const Client client(running.port);
  std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 200'000; ++i) head += "A: b\r\n";
  client.say(head);
  CHECK(status_of(client.hear()) == 431);
}

TEST_CASE("a port in use is said to be in use", "[http_server]") {
  const Running running;
  server::HttpServer second(answer, quick());
  const auto started = second.start({"127.0.0.1", running.port});
  REQUIRE_FALSE(started);
  CHECK(started.error().code == "port_in_use");
}

TEST_CASE("the handler is asked before a large body is read", "[http]") {
  auto limits = quick();
  limits.unasked_body_bytes = 1000;
  limits.body_deadline = 30s;
  limits.upload_path = "/reports";
  std::atomic<int> asked{0};
  server::HttpServer server(
      [&](const Request& request) {
        if (!request.body_to_come) return answer(request);
        ++asked;
        CHECK(request.body.empty());
        CHECK(request.header("content-type") == "text/x");
        Response response;
        response.status = request.path == "/echo" ? 100 : 401;
        if (response.status == 401) response.body = "no";
        return response;
      },
      limits);
  const auto port = server.start({"127.0.0.1", 0})->port;
  const auto head = [](const std::string& path, std::size_t bytes) {
    return "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Type: text/x\r\nContent-Length: " + std::to_string(bytes) +
           "\r\n";
  };

  SECTION("a small one is read at once") {
    const Client client(port);
    client.say(head("/echo", 1000) + "Connection: close\r\n\r\n" + std::string(1000, 'x'));
    CHECK(body_of(client.hear()) == "POST text/x " + std::string(1000, 'x'));
    CHECK(asked == 0);
  }
  SECTION("an allowed one is read whole, and another request may follow") {
    const Client client(port);
    const std::string body(90'000, 'y');
    client.say(head("/echo", body.size()) + "\r\n" + body.substr(0, 500));
    for (int i = 0; i < 2000 && asked == 0; ++i) std::this_thread::sleep_for(5ms);
    REQUIRE(asked == 1);
    client.say(body.substr(500));
    CHECK(body_of(client.hear(body)) == "POST text/x " + body);
    client.say(get("/"));
    CHECK(body_of(client.hear()) == "ok");
    CHECK(asked == 1);
  }
  SECTION("a refused one is answered without it, and the connection ends") {
    const Client client(port);
    client.say(head("/reports", 200'000) + "Expect: 100-continue\r\n\r\n");
    const auto heard = client.hear();
    CHECK(status_of(heard) == 401);
    CHECK(body_of(heard) == "no");
    CHECK(heard.find("100 Continue") == std::string::npos);
  }
  SECTION("who waits for it is told to go on when the handler has said so") {
    const Client client(port);
    const std::string body(2000, 'z');
    client.say(head("/echo", body.size()) + "Expect: 100-continue\r\nConnection: close\r\n\r\n");
    CHECK(client.hear("100 Continue\r\n\r\n").rfind("HTTP/1.1 100 Continue", 0) == 0);
    client.say(body);
    CHECK(body_of(client.hear()) == "POST text/x " + body);
  }
}
