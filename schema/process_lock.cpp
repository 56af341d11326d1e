#include "schema/process_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <thread>

namespace schema {
namespace {

// "1234            doubt": always as long, and written in place, so that a full or failing disk can take it.
constexpr std::size_t number_width = 16;
constexpr std::chrono::milliseconds look{100};
constexpr std::string_view doubt_word = "doubt", trust_word = "     ";

std::string holder(int fd) {
  std::array<char, number_width> text{};
  const auto length = ::pread(fd, text.data(), text.size(), 0);
  std::string number;
  for (ssize_t i = 0;
       i < length && text[static_cast<std::size_t>(i)] >= '0' && text[static_cast<std::size_t>(i)] <= '9'; ++i)
    number += text[static_cast<std::size_t>(i)];
  return number.empty() ? "" : fmt::format(" (process {})", number);
}

// For the words of others, and best effort: the lock holds without.
void write_at(int fd, std::string_view text, std::size_t place) {
  [[maybe_unused]] const auto written = ::pwrite(fd, text.data(), text.size(), static_cast<off_t>(place));
}

}  // namespace

std::string writer_lock(const std::string& path) {
  return path + "-lock";
}

Result<ProcessLock> ProcessLock::beside(const std::string& file) {
  ProcessLock lock;
  lock.fd_ = FileDescriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!lock.fd_) return unexpected(file_error(file, errno));
  return lock;
}

Result<ProcessLock> ProcessLock::take(const std::string& file, const std::string& what,
                                      std::chrono::milliseconds patience) {
  auto lock = beside(file);
  if (!lock) return lock;
  const int fd = lock->descriptor();
  // Who only looks (is_held) has it for a moment, too.
  const auto until = std::chrono::steady_clock::now() + std::max(patience, look);
  while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return unexpected(file_error(file, errno));
    if (std::chrono::steady_clock::now() >= until)
      return unavailable("locked", fmt::format("{}{}; try again when it is done", what, holder(fd)));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  write_at(fd, fmt::format("{:<{}}", ::getpid(), number_width), 0);
  return lock;
}

bool ProcessLock::is_held(const std::string& file) {
  const FileDescriptor fd(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) return errno != ENOENT;
  // Shared, so that two who look do not see each other; given back at once.
  return ::flock(fd.get(), LOCK_SH | LOCK_NB) != 0;
}

void ProcessLock::doubt() {
  if (!fd_) return;
  write_at(fd_.get(), doubt_word, number_width);
  ::fsync(fd_.get());
}

void ProcessLock::trust() {
  write_at(fd_.get(), trust_word, number_width);
}

bool ProcessLock::in_doubt() const {
  std::array<char, doubt_word.size()> text{};
  const auto length = ::pread(fd_.get(), text.data(), text.size(), number_width);
  return length == static_cast<ssize_t>(text.size()) && std::string_view(text.data(), text.size()) == doubt_word;
}

}  // namespace schema
