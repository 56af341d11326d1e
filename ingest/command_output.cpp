#include "ingest/command_output.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <system_error>
#include <thread>

#include "ingest/connection.h"

extern char** environ;

namespace ingest {
namespace {

using schema::Result;
using std::chrono::milliseconds;

constexpr std::size_t most_bytes = 16 * 1024;
constexpr milliseconds glance(50);  // at the bell, and at a command that has closed its output

tl::unexpected<schema::Error> not_started(int reason) {
  return schema::unavailable("command", "it cannot be started: " + std::generic_category().message(reason) + ".");
}

// A command in a process group of its own; ended with all that it started unless it has ended by itself.
class Running {
 public:
  Running(pid_t process, int output) : process_(process), output_(output) {}
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    ::close(output_);
    if (ended_) return;
    ::kill(-process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }

  // Reads for a moment; false: there is no more.
  bool read(std::string& text) const {
    pollfd descriptor = {output_, POLLIN, 0};
    if (::poll(&descriptor, 1, static_cast<int>(glance.count())) <= 0) return true;
    std::array<char, 4096> bytes;
    const ssize_t count = ::read(output_, bytes.data(), bytes.size());
    if (count <= 0) return count < 0 && errno == EINTR;
    text.append(bytes.data(), std::min(static_cast<std::size_t>(count), most_bytes - text.size()));
    return true;
  }
  // Once it has ended.
  std::optional<int> exit_code() {
    int status = 0;
    if (::waitpid(process_, &status, WNOHANG) != process_) return std::nullopt;
    ended_ = true;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t process_;
  int output_;
  bool ended_ = false;
};

Result<pid_t> start(const std::string& command, int output) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  std::string shell = "sh", option = "-c", text = command;
  std::array<char*, 4> arguments = {shell.data(), option.data(), text.data(), nullptr};
  pid_t process = 0;
  const int failed = ::posix_spawn(&process, "/bin/sh", &files, &attributes, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (failed != 0) return not_started(failed);
  return process;
}

}  // namespace

Result<CommandOutput> command_output(const std::string& command, milliseconds longest, const Bell& bell) {
  std::array<int, 2> pipe = {};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return not_started(errno);
  const auto process = start(command, pipe[1]);
  ::close(pipe[1]);
  if (!process) {
    ::close(pipe[0]);
    return unexpected(process.error());
  }
  Running running(*process, pipe[0]);
  CommandOutput output;
  const Deadline end = in(longest);
  for (bool more = true;;) {
    if (more) {
      more = running.read(output.text);
    } else if (const auto code = running.exit_code()) {
      output.exit_code = *code;
      return output;
    } else {
      std::this_thread::sleep_for(milliseconds(1));
    }
    if (bell.stopping()) return schema::unavailable("interrupted", "Interrupted.");
    if (std::chrono::steady_clock::now() >= end) return schema::unavailable("timeout", "it did not end in time.");
  }
}

}  // namespace ingest
