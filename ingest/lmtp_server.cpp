#include "ingest/lmtp_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace ingest {
namespace {

using schema::Result;

constexpr std::size_t most_connections = 20;
constexpr int command_seconds = 300;  // of silence (RFC 5321 section 4.5.3.2)

// A socket, closed at its end.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

struct LoopbackAddress {
  sockaddr_storage address = {};
  socklen_t size = 0;
};

std::optional<LoopbackAddress> loopback_address(const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  if (colon == std::string::npos || colon + 1 == listen.size()) return std::nullopt;
  std::string host = listen.substr(0, colon);
  unsigned long port = 0;
  for (const char c : listen.substr(colon + 1)) {
    if (c < '0' || c > '9' || port > 65535) return std::nullopt;
    port = port * 10 + static_cast<unsigned long>(c - '0');
  }
  if (port > 65535) return std::nullopt;
  LoopbackAddress result;
  if (host == "[::1]") {
    auto& in6 = reinterpret_cast<sockaddr_in6&>(result.address);
    in6.sin6_family = AF_INET6;
    in6.sin6_addr = in6addr_loopback;
    in6.sin6_port = htons(static_cast<std::uint16_t>(port));
    result.size = sizeof(in6);
    return result;
  }
  auto& in4 = reinterpret_cast<sockaddr_in&>(result.address);
  if (host == "localhost") host = "127.0.0.1";
  if (::inet_pton(AF_INET, host.c_str(), &in4.sin_addr) != 1) return std::nullopt;
  if ((ntohl(in4.sin_addr.s_addr) >> 24) != 127) return std::nullopt;
  in4.sin_family = AF_INET;
  in4.sin_port = htons(static_cast<std::uint16_t>(port));
  result.size = sizeof(in4);
  return result;
}

tl::unexpected<schema::Error> lmtp_error(const std::string& listen) {
  return schema::unavailable("lmtp",
                             "LMTP cannot listen on " + listen + ": " + std::generic_category().message(errno) + ".");
}

Result<Descriptor> listen_on(const std::string& listen, std::string& socket_file) {
  if (listen.rfind("unix:", 0) == 0) {
    socket_file = listen.substr(5);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    if (socket_file.size() >= sizeof(address.sun_path)) {
      errno = ENAMETOOLONG;
      return lmtp_error(listen);
    }
    std::memcpy(address.sun_path, socket_file.data(), socket_file.size());
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    // What an earlier life left; nothing else is taken away.
    struct stat status = {};
    if (::lstat(socket_file.c_str(), &status) == 0 && S_ISSOCK(status.st_mode)) ::unlink(socket_file.c_str());
    if (socket.number() < 0 ||
        ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
        ::chmod(socket_file.c_str(), 0660) != 0 || ::listen(socket.number(), 64) != 0) {
      return lmtp_error(listen);
    }
    return socket;
  }
  const auto address = loopback_address(listen);
  if (!address) {
    errno = EADDRNOTAVAIL;
    return lmtp_error(listen);
  }
  Descriptor socket(::socket(address->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int yes = 1;
  if (socket.number() < 0 || ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0 ||
      ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address->address), address->size) != 0 ||
      ::listen(socket.number(), 64) != 0) {
    return lmtp_error(listen);
  }
  return socket;
}

class Server : public LmtpServer {
 public:
  Server(Descriptor socket, std::string socket_file, std::size_t mail_bytes, LmtpSession::Deliver deliver,
         LmtpSession::HasRoom has_room)
      : socket_(std::move(socket)),
        socket_file_(std::move(socket_file)),
        mail_bytes_(mail_bytes),
        deliver_(std::move(deliver)),
        has_room_(std::move(has_room)),
        accepting_([this] { accept_all(); }) {}
  ~Server() override { stop(); }

  void stop() override {
    if (!accepting_.joinable()) return;
    bell_.ring_stop();
    accepting_.join();
    for (auto& connection : connections_) connection.thread.join();
    connections_.clear();
    if (!socket_file_.empty()) ::unlink(socket_file_.c_str());
  }

 private:
  struct Connected {
    std::thread thread;
    std::atomic<bool> over = false;
  };

  // True: there is something to read; false: it is time to end.
  bool wait_for(int descriptor, int seconds) const {
    std::array<pollfd, 2> both = {pollfd{descriptor, POLLIN, 0}, pollfd{bell_.descriptor(), POLLIN, 0}};
    const int ready = ::poll(both.data(), 2, seconds < 0 ? -1 : seconds * 1000);
    return ready > 0 && !bell_.stopping() && both[0].revents != 0;
  }

  void accept_all() {
    while (!bell_.stopping()) {
      if (!wait_for(socket_.number(), -1)) continue;
      Descriptor connection(::accept4(socket_.number(), nullptr, nullptr, SOCK_CLOEXEC));
      if (connection.number() < 0) continue;
      connections_.remove_if([](Connected& connected) {
        if (connected.over) connected.thread.join();
        return connected.over.load();
      });
      if (connections_.size() >= most_connections) {
        say(connection.number(), "421 4.3.2 Too many connections\r\n");
        continue;
      }
      connections_.emplace_back();
      Connected& connected = connections_.back();
      connected.thread = std::thread([this, &connected, held = std::move(connection)] {
        talk(held.number());
        connected.over = true;
      });
    }
  }

  static bool say(int connection, std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  void talk(int connection) {
    const timeval patience = {60, 0};
    ::setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    LmtpSession session("localhost", mail_bytes_, deliver_, has_room_);
    if (!say(connection, session.greeting())) return;
    std::array<char, 64 * 1024> bytes;
    while (!session.over()) {
      if (!wait_for(connection, command_seconds)) {
        say(connection, "421 4.3.2 Closing\r\n");
        return;
      }
      const ssize_t received = ::recv(connection, bytes.data(), bytes.size(), 0);
      if (received <= 0) return;
      if (!say(connection, session.take(std::string_view(bytes.data(), static_cast<std::size_t>(received))))) return;
    }
  }

  Descriptor socket_;
  std::string socket_file_;
  std::size_t mail_bytes_;
  LmtpSession::Deliver deliver_;
  LmtpSession::HasRoom has_room_;
  Bell bell_;
  std::list<Connected> connections_;  // of the accepting thread, until stop() has joined it
  std::thread accepting_;
};

}  // namespace

Result<std::unique_ptr<LmtpServer>> LmtpServer::start(const std::string& listen, std::size_t mail_bytes,
                                                      LmtpSession::Deliver deliver, LmtpSession::HasRoom has_room) {
  std::string socket_file;
  auto socket = listen_on(listen, socket_file);
  if (!socket) return unexpected(socket.error());
  return std::unique_ptr<LmtpServer>(std::make_unique<Server>(std::move(*socket), std::move(socket_file), mail_bytes,
                                                              std::move(deliver), std::move(has_room)));
}

}  // namespace ingest
