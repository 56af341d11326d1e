// What tests of the HTTP front speak to it with.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "server/socket.h"
#include "tests/support/catch.h"

namespace tests {

// A client that says exactly what it is told to.
class Client {
 public:
  explicit Client(std::uint16_t port, const std::string& address = "127.0.0.1")
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in server{};
    server.sin_family = AF_INET;
    server.sin_port = htons(port);
    REQUIRE(::inet_pton(AF_INET, address.c_str(), &server.sin_addr) == 1);
    REQUIRE(::connect(socket_.fd(), reinterpret_cast<sockaddr*>(&server), sizeof server) == 0);
    const timeval patience{10, 0};
    setsockopt(socket_.fd(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  void say(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t count = ::send(socket_.fd(), text.data(), text.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  // Everything until the server closes, or `enough` is in it.
  std::string hear(std::string_view enough = {}) const {
    std::string heard;
    char bytes[65536];
    while (enough.empty() || heard.find(enough) == std::string::npos) {
      const ssize_t count = ::recv(socket_.fd(), bytes, sizeof bytes, 0);
      if (count <= 0) break;
      heard.append(bytes, static_cast<std::size_t>(count));
    }
    return heard;
  }
  int fd() const { return socket_.fd(); }

 private:
  server::Socket socket_;
};

inline int status_of(const std::string& response) {
  return response.size() > 12 ? std::stoi(response.substr(9, 3)) : 0;
}
inline std::string body_of(const std::string& response) {
  const std::size_t end = response.find("\r\n\r\n");
  return end == std::string::npos ? std::string() : response.substr(end + 4);
}

}  // namespace tests
