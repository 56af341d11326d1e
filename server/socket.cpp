#include "server/socket.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <system_error>

#include "schema/ip_address.h"

namespace server {
namespace {

// Debian's cpp-httplib is built with a backlog of 5, at which bursts lose connections.
constexpr int backlog = 1024;

sockaddr_storage socket_address(const Endpoint& endpoint, socklen_t& length) {
  sockaddr_storage storage{};
  if (auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
      inet_pton(AF_INET, endpoint.address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(endpoint.port);
    length = sizeof(sockaddr_in);
  } else {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
    inet_pton(AF_INET6, endpoint.address.c_str(), &v6->sin6_addr);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(endpoint.port);
    length = sizeof(sockaddr_in6);
  }
  return storage;
}

// Address and port out of what the system filled in.
std::optional<std::pair<schema::IpAddress, std::uint16_t>> from_socket_address(const sockaddr_storage& storage) {
  std::array<std::uint8_t, 16> bytes{};
  if (storage.ss_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(&storage);
    bytes[10] = bytes[11] = 0xff;
    std::memcpy(&bytes[12], &v4->sin_addr, 4);
    return std::pair{schema::IpAddress::from_bytes(bytes), ntohs(v4->sin_port)};
  }
  if (storage.ss_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&storage);
    std::memcpy(bytes.data(), &v6->sin6_addr, 16);
    return std::pair{schema::IpAddress::from_bytes(bytes), ntohs(v6->sin6_port)};
  }
  return std::nullopt;
}

bool is_loopback_address(const schema::IpAddress& address) {
  const auto v6_loopback = schema::IpAddress::parse("::1");
  return address.is_v4() ? address.bytes()[12] == 127 : address == v6_loopback;
}

}  // namespace

Socket::~Socket() {
  if (fd_ >= 0) ::close(fd_);
}

bool Endpoint::is_loopback() const {
  const auto parsed = schema::IpAddress::parse(address);
  return parsed && is_loopback_address(*parsed);
}

std::string Endpoint::to_string() const {
  const bool v6 = address.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", v6 ? "[" : "", address, v6 ? "]" : "", port);
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);

  Endpoint endpoint;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
  if (port.empty() || error != std::errc() || end != port.data() + port.size()) return std::nullopt;

  const bool brackets = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (brackets) host = host.substr(1, host.size() - 2);
  if (host.empty() && !brackets) host = "0.0.0.0";
  if (host == "localhost") host = "127.0.0.1";
  const auto address = schema::IpAddress::parse(host);
  if (!address || address->is_v4() == brackets) return std::nullopt;
  endpoint.address = address->to_string();
  return endpoint;
}

schema::Result<Socket> listen_on(const Endpoint& endpoint) {
  socklen_t length = 0;
  const sockaddr_storage address = socket_address(endpoint, length);
  Socket socket(::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  // SO_REUSEADDR alone: with SO_REUSEPORT a second server would start and take half of the connections.
  if (socket.fd() >= 0 && setsockopt(socket.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
      (address.ss_family == AF_INET || setsockopt(socket.fd(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0) &&
      bind(socket.fd(), reinterpret_cast<const sockaddr*>(&address), length) == 0 && listen(socket.fd(), backlog) == 0)
    return socket;
  const int reason = errno;
  if (reason == EADDRINUSE)
    return schema::unavailable("port_in_use", fmt::format("{} is in use by another program", endpoint.to_string()));
  return schema::unavailable(
      "listen", fmt::format("cannot listen on {}: {}", endpoint.to_string(), std::generic_category().message(reason)));
}

Endpoint local_endpoint(int fd) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &length) != 0) return {};
  const auto address = from_socket_address(storage);
  return address ? Endpoint{address->first.to_string(), address->second} : Endpoint{};
}

Peer peer_of(int fd) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  if (getpeername(fd, reinterpret_cast<sockaddr*>(&storage), &length) != 0) return {"unknown", "unknown", false};
  const auto address = from_socket_address(storage);
  if (!address) return {"unknown", "unknown", false};
  const schema::IpAddress& ip = address->first;
  auto network = ip.bytes();
  if (!ip.is_v4()) std::fill(network.begin() + 8, network.end(), std::uint8_t{0});
  return {ip.to_string(), schema::IpAddress::from_bytes(network).to_string(), is_loopback_address(ip)};
}

}  // namespace server
