// A server on this machine for clients that want a real socket. What it says is the test's.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace tests {

class LoopbackServer {
 public:
  // The other end of a connection.
  class Client {
   public:
    explicit Client(int descriptor) : descriptor_(descriptor) {}
    void say(std::string_view text) const {
      while (!text.empty()) {
        const ssize_t sent = ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(sent));
      }
    }
    // Some bytes; empty: it has gone, or the server ends.
    std::string hear() const {
      char bytes[4096];
      const ssize_t received = ::recv(descriptor_, bytes, sizeof bytes, 0);
      return received <= 0 ? std::string() : std::string(bytes, static_cast<std::size_t>(received));
    }

   private:
    int descriptor_;
  };

  // `talk` has one connection at a time, in a thread of its own; it closes when `talk` returns.
  explicit LoopbackServer(std::function<void(const Client&)> talk)
      : talk_(std::move(talk)), listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listening_, plain, size) != 0 || ::listen(listening_, 16) != 0 ||
        ::getsockname(listening_, plain, &size) != 0)
      throw std::runtime_error("no socket on loopback");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;
  ~LoopbackServer() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      ::shutdown(listening_, SHUT_RDWR);
      if (talking_ >= 0) ::shutdown(talking_, SHUT_RDWR);
    }
    thread_.join();
    ::close(listening_);
  }

  int port() const { return port_; }
  int connections() const { return connections_; }

 private:
  void serve() {
    for (;;) {
      const int descriptor = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
      if (descriptor < 0) return;
      bool wanted = false;
      {
        const std::lock_guard lock(mutex_);
        wanted = !stopping_;
        if (wanted) talking_ = descriptor;
      }
      ++connections_;
      if (wanted) talk_(Client(descriptor));
      const std::lock_guard lock(mutex_);
      talking_ = -1;
      ::close(descriptor);
    }
  }

  const std::function<void(const Client&)> talk_;
  const int listening_;
  int port_ = 0;
  std::mutex mutex_;
  bool stopping_ = false;
  int talking_ = -1;
  std::atomic<int> connections_ = 0;
  std::thread thread_;
};

}  // namespace tests
