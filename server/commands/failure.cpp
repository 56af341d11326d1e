#include "server/commands/failure.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "server/terminal.h"

namespace server {

ExitCode exit_code_for(const schema::Error& error) {
  const std::string& code = error.code;
  if (code == "usage") return exit_usage;
  if (code == "configuration" || code == "newer_database" || code == "foreign_database" || code == "not_a_database")
    return exit_configuration;
  if (code == "locked" || code == "busy" || code == "disk_full" || code == "interrupted") return exit_try_again;
  if (code == "no_permission" || code == "read_only") return exit_no_permission;
  // Of mailboxes.
  if (code == "login_refused" || code == "token_refused" || code == "secret") return exit_no_permission;
  if (code == "login_later" || code == "token_later") return exit_try_again;
  if (code == "connection" || code == "timeout" || code == "certificate" || code == "no_starttls" ||
      code == "imap_protocol" || code == "pop3_protocol" || code == "closed" || code == "refused" ||
      code == "uidvalidity" || code == "http")
    return exit_unavailable;
  if (code == "not_loopback") return exit_configuration;
  return exit_failed;
}

int fail(const std::string& command, const schema::Error& error) {
  fmt::print(stderr, "{} {}\n", in_colour(Colour::red, "ruadar " + command + ":", STDERR_FILENO),
             printable(error.message));
  return exit_code_for(error);
}

schema::Status make_parent_directories(const std::string& path) {
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    const std::string directory = path.substr(0, slash);
    if (::mkdir(directory.c_str(), 0700) == 0 || errno == EEXIST) continue;
    struct stat status {};
    const int reason = errno;
    if (::stat(directory.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) continue;
    const auto message =
        fmt::format("cannot make the directory {}: {}", directory, std::generic_category().message(reason));
    return schema::unavailable(reason == EACCES || reason == EPERM ? "no_permission" : "cannot_open", message);
  }
  return {};
}

}  // namespace server
