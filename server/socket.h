// Sockets: an address as people write it, listening on it, and who is at the other end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "schema/result.h"

namespace server {

// A file descriptor that is closed with its owner.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Socket();

  int fd() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

struct Endpoint {
  std::string address;  // numeric, IPv6 without brackets
  std::uint16_t port = 0;

  bool is_loopback() const;       // 127.0.0.0/8 or ::1
  std::string to_string() const;  // "127.0.0.1:8080", "[::1]:8080"
};

// "127.0.0.1:8080", "[::1]:8080", "localhost:8080" (which is 127.0.0.1), ":8080" (all IPv4 addresses).
std::optional<Endpoint> parse_endpoint(std::string_view text);

// Listens on an endpoint; port 0 takes a free one. Errors: unavailable/port_in_use, unavailable/listen with the
// system's reason.
schema::Result<Socket> listen_on(const Endpoint& endpoint);

// Where a listening socket listens.
Endpoint local_endpoint(int fd);

// The other end of a connection.
struct Peer {
  std::string ip;      // as text
  std::string client;  // what limits count by: the IPv4 address, or the /64 of an IPv6 address
  bool loopback = false;
};
Peer peer_of(int fd);

}  // namespace server
