#include "server/commands/failure.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "schema/files.h"
#include "server/terminal.h"

namespace server {

ExitCode exit_code_for(const schema::Error& error) {
  const std::string& code = error.code;
  if (code == "usage") return exit_usage;
  if (code == "configuration" || code == "newer_database" || code == "foreign_database" || code == "not_a_database")
    return exit_configuration;
  // A disk that failed once may be well again; the next start checks the database first.
  if (code == "locked" || code == "busy" || code == "disk_full" || code == "disk_low" || code == "interrupted" ||
      code == "io_error")
    return exit_try_again;
  if (code == "no_permission" || code == "read_only") return exit_no_permission;
  // Of mailboxes.
  if (code == "login_refused" || code == "token_refused" || code == "secret") return exit_no_permission;
  if (code == "login_later" || code == "token_later") return exit_try_again;
  if (code == "connection" || code == "timeout" || code == "certificate" || code == "no_starttls" ||
      code == "imap_protocol" || code == "pop3_protocol" || code == "closed" || code == "refused" ||
      code == "uidvalidity" || code == "http")
    return exit_unavailable;
  if (code == "not_loopback" || code == "sandbox") return exit_configuration;
  return exit_failed;
}

std::string_view advice(const schema::Error& error) {
  if (error.code == "disk_low")
    return "What was stored before stays, the rest was left where it was. Make room, or lower database.free_bytes, and "
           "give "
           "the same command again.";
  if (error.code == "disk_full")
    return "The disk is full: what was stored before stays, the rest was left where it was. Make room and give the "
           "same "
           "command again.";
  if (error.code == "io_error")
    return "The disk failed, and nothing more is written to it. Look after the disk and start again: the database is "
           "checked before the first write.";
  if (error.code == "corrupt" || error.code == "not_a_database")
    return "The file is left as it is. 'ruadar db verify' says what is wrong with it; to restore a backup, see what it "
           "holds with 'ruadar db restore-check BACKUP', put it in the place of the damaged file (with the -wal and "
           "-shm beside that taken away), and import or fetch again: nothing is counted twice.";
  return "";
}

int fail(const std::string& command, const schema::Error& error) {
  fmt::print(stderr, "{} {}\n", in_colour(Colour::red, "ruadar " + command + ":", STDERR_FILENO),
             printable(error.message));
  if (const auto more = advice(error); !more.empty()) fmt::print(stderr, "{}\n", more);
  return exit_code_for(error);
}

schema::Status make_parent_directories(const std::string& path) {
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    const std::string directory = path.substr(0, slash);
    if (::mkdir(directory.c_str(), 0700) == 0) {
      if (auto lasts = schema::sync_directory_of(directory); !lasts) return lasts;
      continue;
    }
    if (errno == EEXIST) continue;
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
