#include "server/transport.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdlib>
#include <thread>

#include "server/http_server.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"

namespace {

using server::Socket;
using server::TlsCertificate;

// A key and a certificate for it; false where there is no openssl to make them.
bool make_certificate(const std::string& key, const std::string& certificate, const std::string& name) {
  const std::string command =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=" + name +
      " -keyout " + key + " -out " + certificate + " 2>/dev/null";
  return std::system(command.c_str()) == 0;
}

struct Files {
  Files() : made(make_certificate(key, certificate, "one")) {}
  tests::TemporaryDirectory directory;
  std::string key = directory / "key.pem", certificate = directory / "certificate.pem";
  bool made;
};

struct Running {
  explicit Running(const TlsCertificate& certificate)
      : server(
            [](const server::Request& request) {
              server::Response response;
              response.headers = {{"Content-Type", "text/plain"}};
              if (request.path == "/stream") {
                response.stream = [](const server::BodySink& sink) {
                  for (int i = 0; i < 100; ++i)
                    if (!sink(std::string(50'000, 'x'))) return false;
                  return true;
                };
              } else if (request.path == "/large") {
                response.body = std::string(5'000'000, '#');
              } else {
                response.body = std::string(request.secure ? "secure " : "plain ") + request.body;
              }
              return response;
            },
            {}, &certificate) {
    const auto endpoint = server.start({"127.0.0.1", 0});
    REQUIRE(endpoint);
    port = endpoint->port;
  }
  Socket connect() const {
    Socket socket(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket.fd(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    const timeval patience{20, 0};
    setsockopt(socket.fd(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return socket;
  }
  // Over TLS, until the server closes.
  std::string ask(const std::string& request) const {
    const Socket socket = connect();
    const auto transport = server::unverified_client_transport(socket.fd());
    for (std::size_t sent = 0; sent < request.size();) {
      const ssize_t count = transport->send(request.data() + sent, request.size() - sent);
      if (count < 0) return {};
      sent += static_cast<std::size_t>(count);
    }
    std::string heard;
    char bytes[65536];
    for (ssize_t count; (count = transport->receive(bytes, sizeof bytes)) > 0;)
      heard.append(bytes, static_cast<std::size_t>(count));
    return heard;
  }
  server::HttpServer server;
  std::uint16_t port = 0;
};

std::string get(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
}

std::size_t count(const std::string& text, char c) {
  std::size_t n = 0;
  for (const char other : text) n += other == c ? 1 : 0;
  return n;
}

}  // namespace

TEST_CASE("requests and answers of every size go over TLS", "[tls]") {
  const Files files;
  if (!files.made) {
    WARN("no openssl: skipped");
    return;
  }
  TlsCertificate certificate;
  REQUIRE(certificate.load(files.certificate, files.key));
  const Running running(certificate);
  CHECK(running.ask(get("/")).find("\r\n\r\nsecure ") != std::string::npos);
  // Pipelined, on one connection.
  const auto two = running.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n" + get("/"));
  CHECK(two.find("secure ", two.find("secure ") + 1) != std::string::npos);
  const std::string body(300'000, 'z');
  const auto echoed = running.ask(
      "POST /api/v1/reports HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 300000\r\n\r\n" + body);
  CHECK(count(echoed, 'z') == body.size());
  CHECK(count(running.ask(get("/large")), '#') == 5'000'000);
  CHECK(count(running.ask(get("/stream")), 'x') >= 5'000'000);
}

TEST_CASE("who does not speak TLS gets nothing, and hurts nobody", "[tls]") {
  const Files files;
  if (!files.made) {
    WARN("no openssl: skipped");
    return;
  }
  TlsCertificate certificate;
  REQUIRE(certificate.load(files.certificate, files.key));
  const Running running(certificate);
  for (const std::string& said : {get("/"), std::string("\x16\x03\x01\xff\xff", 5), std::string(70'000, '\0')}) {
    const Socket socket = running.connect();
    ::send(socket.fd(), said.data(), said.size(), MSG_NOSIGNAL);
    ::shutdown(socket.fd(), SHUT_WR);
    char bytes[4096];
    std::string heard;
    for (ssize_t n; (n = ::recv(socket.fd(), bytes, sizeof bytes, 0)) > 0;)
      heard.append(bytes, static_cast<std::size_t>(n));
    CHECK(heard.find("HTTP/1.1 2") == std::string::npos);
  }
  CHECK(running.ask(get("/")).find("secure") != std::string::npos);
}

TEST_CASE("a certificate is exchanged while connections go on, and only for a good one", "[tls]") {
  const Files files, others;
  if (!files.made || !others.made) {
    WARN("no openssl: skipped");
    return;
  }
  TlsCertificate certificate;
  CHECK(certificate.load("/nonexistent", files.key).error().code == "configuration");
  REQUIRE(certificate.load(files.certificate, files.key));
  const Running running(certificate);
  const Socket socket = running.connect();
  const auto open = server::unverified_client_transport(socket.fd());
  const std::string first = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  REQUIRE(open->send(first.data(), first.size()) > 0);
  char bytes[4096];
  REQUIRE(open->receive(bytes, sizeof bytes) > 0);

  // The key of another certificate.
  CHECK_FALSE(certificate.load(files.certificate, others.key));
  CHECK(running.ask(get("/")).find("secure") != std::string::npos);
  REQUIRE(certificate.load(others.certificate, others.key));
  CHECK(running.ask(get("/")).find("secure") != std::string::npos);
  REQUIRE(open->send(first.data(), first.size()) > 0);
  CHECK(open->receive(bytes, sizeof bytes) > 0);
}
