#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <string>
#include <string_view>

#include "server/commands/commands.h"
#include "server/commands/failure.h"
#include "server/socket.h"
#include "server/transport.h"

namespace server {
namespace {

// The first line of the answer to GET /healthz; empty when there is none within five seconds.
std::string ask(const Endpoint& endpoint, const std::string& path, bool tls) {
  const bool v6 = endpoint.address.find(':') != std::string::npos;
  const Socket socket(::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval patience{5, 0};
  setsockopt(socket.fd(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(socket.fd(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in v4_address{};
  sockaddr_in6 v6_address{};
  v4_address.sin_family = AF_INET;
  v6_address.sin6_family = AF_INET6;
  v4_address.sin_port = v6_address.sin6_port = htons(endpoint.port);
  inet_pton(AF_INET, endpoint.address.c_str(), &v4_address.sin_addr);
  inet_pton(AF_INET6, endpoint.address.c_str(), &v6_address.sin6_addr);
  const auto* address =
      v6 ? reinterpret_cast<const sockaddr*>(&v6_address) : reinterpret_cast<const sockaddr*>(&v4_address);
  if (::connect(socket.fd(), address, v6 ? sizeof v6_address : sizeof v4_address) != 0) return {};
  const std::string request =
      fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", path, endpoint.to_string());
  std::string answer(256, '\0');
  ssize_t count = 0;
  if (tls) {
    // Whether this machine answers is asked; who it is, nobody doubts.
    const auto transport = unverified_client_transport(socket.fd());
    if (transport->send(request.data(), request.size()) < 0) return {};
    count = transport->receive(answer.data(), answer.size());
  } else {
    if (::send(socket.fd(), request.data(), request.size(), MSG_NOSIGNAL) < 0) return {};
    count = ::recv(socket.fd(), answer.data(), answer.size(), 0);
  }
  answer.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return answer.substr(0, answer.find("\r\n"));
}

int check(const Globals& globals) {
  const auto settings = globals.settings();
  if (!settings) return fail("healthcheck", settings.error());
  Endpoint endpoint = parse_endpoint(settings->listen).value_or(Endpoint{});
  // What listens on every address answers on loopback.
  if (endpoint.address == "0.0.0.0") endpoint.address = "127.0.0.1";
  if (endpoint.address == "::") endpoint.address = "::1";
  const std::string answer = ask(endpoint, settings->base_prefix() + "/healthz", !settings->tls_certificate.empty());
  const bool healthy = answer.substr(0, 12) == "HTTP/1.1 200";
  if (!globals.quiet)
    fmt::print("{}: {}\n", endpoint.to_string(), healthy ? "ok" : answer.empty() ? "no answer" : answer);
  return healthy ? exit_done : exit_unavailable;
}

}  // namespace

Command healthcheck_command() {
  Command command;
  command.name = "healthcheck";
  command.purpose = "Asks the server on this machine whether it answers; for HEALTHCHECK in containers";
  command.exit_codes = {exit_done, exit_usage, exit_unavailable, exit_configuration};
  command.examples = {"ruadar healthcheck", "RUADAR_SERVER_LISTEN=127.0.0.1:9000 ruadar healthcheck"};
  command.run = check;
  return command;
}

}  // namespace server
