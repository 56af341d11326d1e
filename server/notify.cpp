#include "server/notify.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

#include "server/socket.h"

namespace server {

bool notify(std::string_view state) {
  const char* name = std::getenv("NOTIFY_SOCKET");
  if (name == nullptr || (*name != '/' && *name != '@')) return false;
  sockaddr_un address{};
  const std::size_t length = std::strlen(name);
  if (length >= sizeof address.sun_path) return false;
  address.sun_family = AF_UNIX;
  std::copy(name, name + length, address.sun_path);
  if (*name == '@') address.sun_path[0] = '\0';  // an abstract name
  const Socket socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  return ::sendto(socket.fd(), state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address),
                  size) == static_cast<ssize_t>(state.size());
}

void notify_reloading() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  notify(fmt::format("RELOADING=1\nMONOTONIC_USEC={}",
                     std::chrono::duration_cast<std::chrono::microseconds>(now).count()));
}

std::optional<std::chrono::milliseconds> watchdog_interval() {
  const auto number = [](const char* name) {
    const char* text = std::getenv(name);
    std::int64_t value = 0;
    if (text != nullptr) std::from_chars(text, text + std::strlen(text), value);
    return value;
  };
  const auto microseconds = number("WATCHDOG_USEC");
  const auto watched = number("WATCHDOG_PID");
  if (microseconds <= 0 || (watched != 0 && watched != ::getpid())) return std::nullopt;
  return std::chrono::milliseconds(std::max<std::int64_t>(microseconds / 2000, 1));
}

}  // namespace server
