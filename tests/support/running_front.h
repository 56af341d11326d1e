// A running HTTP front before a handler that answers, streams, throws and waits as it is asked to.
#pragma once

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

#include "server/http_server.h"
#include "tests/support/catch.h"
#include "tests/support/http_client.h"

namespace tests {

inline std::string get(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
}

// Lets those go on that asked for /wait.
inline std::atomic<bool> release{false};

// What the front is asked for here.
inline server::Response answer(const server::Request& request) {
  server::Response response;
  response.headers = {{"Content-Type", "text/plain"}};
  if (request.path == "/echo") {
    response.body = request.method + " " + request.header("content-type").value_or("-") + " " + request.body;
  } else if (request.path == "/query") {
    for (const auto& [key, value] : request.query) response.body += key + "=" + value + ";";
  } else if (request.path == "/throw") {
    throw std::runtime_error("secret");
  } else if (request.path == "/stream" || request.path == "/broken") {
    const bool whole = request.path == "/stream";
    response.stream = [whole](const server::BodySink& sink) {
      for (int i = 0; i < 3; ++i) sink("part" + std::to_string(i) + "\n");
      return whole;
    };
  } else if (request.path == "/endless") {
    response.stream = [](const server::BodySink& sink) {
      while (sink(std::string(65536, 'x'))) {
      }
      return false;
    };
  } else if (request.path == "/large") {
    response.body = std::string(8 * 1024 * 1024, 'x');
  } else if (request.path == "/wait") {
    while (!release) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    response.body = "waited";
  } else {
    response.body = "ok";
  }
  return response;
}

// Deadlines that a test can wait for.
inline server::HttpLimits quick() {
  server::HttpLimits limits;
  limits.workers = 4;
  limits.streams = 2;
  limits.head_deadline = std::chrono::milliseconds(300);
  limits.body_deadline = std::chrono::milliseconds(300);
  limits.write_deadline = std::chrono::milliseconds(300);
  limits.drain = std::chrono::milliseconds(1500);
  limits.body_bytes = 100'000;
  limits.upload_bytes = 200'000;
  return limits;
}

struct RunningFront {
  explicit RunningFront(server::HttpLimits limits = quick(), const server::Handler& handler = answer,
                        const std::string& address = "127.0.0.1")
      : server(handler, std::move(limits)) {
    const auto endpoint = server.start({address, 0});
    REQUIRE(endpoint);
    port = endpoint->port;
  }
  std::string ask(const std::string& request) const {
    const Client client(port);
    client.say(request);
    return client.hear();
  }
  server::HttpServer server;
  std::uint16_t port = 0;
};

}  // namespace tests
