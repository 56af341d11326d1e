// Without TLS, to this machine; with it the same is played with real servers (end to end).
#include "ingest/tls_connection.h"

#include <thread>

#include "tests/support/catch.h"
#include "tests/support/loopback_server.h"

using namespace ingest;
using namespace std::chrono_literals;
using tests::LoopbackServer;

namespace {

constexpr auto patience = 30s;  // for what is certain to come

// An IMAP server up to the point where nobody is logged in, line by line: the tag is the first word.
std::string answer(const std::string& line) {
  const std::string tag = line.substr(0, line.find(' '));
  if (line.find("CAPABILITY") != std::string::npos) return "* CAPABILITY IMAP4rev1\r\n" + tag + " OK\r\n";
  return line.find("SILENCE") != std::string::npos ? "" : tag + " OK\r\n";
}

void imap(const LoopbackServer::Client& client) {
  client.say("* OK ready\r\n");
  std::string heard;
  for (std::string bytes; !(bytes = client.hear()).empty();) {
    heard += bytes;
    for (std::size_t end; (end = heard.find("\r\n")) != std::string::npos; heard.erase(0, end + 2)) {
      if (heard.substr(0, end).ends_with("LEAVE")) return;
      client.say(answer(heard.substr(0, end)));
    }
  }
}

Endpoint endpoint(int port, TlsMode tls = TlsMode::none) {
  return {MailProtocol::imap, "127.0.0.1", port, tls, ""};
}

std::string code(const Endpoint& endpoint, Bell& bell, std::chrono::milliseconds longest = patience) {
  const auto connection = connect(endpoint, {longest}, bell);
  return connection ? "" : connection.error().code;
}

}  // namespace

TEST_CASE("a connection carries bytes both ways, and waits no longer than it may") {
  LoopbackServer server(imap);
  Bell bell;
  auto connection = connect(endpoint(server.port()), {}, bell);
  REQUIRE(connection);
  auto& wire = **connection;
  REQUIRE(wire.send("a NOOP\r\n", in(patience)));
  CHECK(wire.receive(in(patience), Wake::on_stop).value() == "a OK\r\n");

  // Silence is no reason to give up the connection.
  REQUIRE(wire.send("b SILENCE\r\n", in(patience)));
  CHECK(wire.receive(in(10ms), Wake::on_stop).error().code == "timeout");
  CHECK(wire.receive(in(-1ms), Wake::on_stop).error().code == "timeout");
  REQUIRE(wire.send("c NOOP\r\n", in(patience)));
  CHECK(wire.receive(in(patience), Wake::on_stop).value() == "c OK\r\n");

  // What is more than the socket takes at once arrives as well.
  REQUIRE(wire.send("d NOOP " + std::string(8'000'000, 'x') + "LEAVE\r\n", in(patience)));
  CHECK(wire.receive(in(patience), Wake::on_stop).error().code == "connection");
  CHECK(wire.receive(in(patience), Wake::on_stop).error().code == "connection");
}

TEST_CASE("a bell ends waiting for who heeds it, and the stop for everybody") {
  LoopbackServer server(imap);
  Bell bell;
  auto connection = connect(endpoint(server.port()), {}, bell);
  REQUIRE(connection);
  bell.ring();
  CHECK((*connection)->receive(in(patience), Wake::on_ring).error().code == "interrupted");
  CHECK((*connection)->receive(in(10ms), Wake::on_stop).error().code == "timeout");
  bell.take();
  CHECK((*connection)->receive(in(10ms), Wake::on_ring).error().code == "timeout");
  std::thread stopping([&] {
    std::this_thread::sleep_for(50ms);
    bell.ring_stop();
  });
  CHECK((*connection)->receive(in(patience), Wake::on_stop).error().code == "interrupted");
  stopping.join();
  CHECK(code(endpoint(server.port()), bell) == "interrupted");
}

TEST_CASE("why there is no connection is told apart") {
  Bell bell;
  std::unique_ptr<LoopbackServer> server;
  const auto serving = [&](std::function<void(const LoopbackServer::Client&)> talk) {
    server = std::make_unique<LoopbackServer>(std::move(talk));
    return server->port();
  };
  const auto silent = [](const LoopbackServer::Client& client) {
    while (!client.hear().empty()) continue;
  };
  CHECK(code(endpoint(serving(silent)), bell, 300ms) == "timeout");
  CHECK(code(endpoint(serving([](const auto&) {})), bell) == "connection");
  const int gone = server->port();
  server.reset();
  CHECK(code(endpoint(gone), bell) == "connection");
  // A server in clear is no server with TLS.
  CHECK(code(endpoint(serving(imap), TlsMode::implicit), bell) == "connection");
  const auto unsafe = connect(endpoint(serving(imap), TlsMode::starttls), {}, bell);
  REQUIRE_FALSE(unsafe);
  CHECK(unsafe.error().code == "no_starttls");
  CHECK(unsafe.error().message.find("127.0.0.1") != std::string::npos);
  // An address of documentation (RFC 5737): nobody is asked.
  auto elsewhere = endpoint(993);
  elsewhere.host = "192.0.2.1";
  CHECK(code(elsewhere, bell) == "not_loopback");
  elsewhere.host = "2001:db8::1";
  CHECK(code(elsewhere, bell) == "not_loopback");
  // What the server says is told, and nothing of it gets at the terminal.
  const auto refused =
      connect(endpoint(serving([](const auto& client) { client.say("* BYE \x1b[31mfull\r\n"); })), {}, bell);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("full") != std::string::npos);
  CHECK(refused.error().message.find('\x1b') == std::string::npos);
}
