#include "server/commands/outgoing_mail.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include "ingest/sasl.h"

namespace server {
namespace {

// A file without a name: it may be as long as it likes, and nobody waits for a pipe.
struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

constexpr std::size_t bytes_of_line = 57;  // 76 letters: RFC 2045, section 6.8

// Lines of a body may be longer than a mail allows, and hold UTF-8.
std::string base64_lines(std::string_view bytes) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += bytes_of_line)
    out += ingest::base64(bytes.substr(at, bytes_of_line)) + "\n";
  return out;
}

std::string text_of(const OutgoingMail& mail) {
  return fmt::format(
      "To: {}\nSubject: {}\nMIME-Version: 1.0\nContent-Type: {}; charset=utf-8\nContent-Transfer-Encoding: base64\n"
      "Auto-Submitted: auto-generated\n\n{}",
      mail.to, mail.subject, mail.type, base64_lines(mail.body));
}

}  // namespace

bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  if (at == 0 || at == std::string_view::npos || at + 1 == text.size() || text.front() == '-') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != '\x7f' &&
           std::string_view(",;<>()\"\\").find(c) == std::string_view::npos;
  });
}

schema::Status send_mail(const OutgoingMail& mail, const std::string& sendmail) {
  const File file(std::tmpfile());
  const std::string text = text_of(mail);
  if (!file || std::fwrite(text.data(), 1, text.size(), file.get()) != text.size() || std::fflush(file.get()) != 0)
    return schema::unavailable("failed", "the mail cannot be written to a temporary file");
  std::rewind(file.get());

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ::fileno(file.get()), STDIN_FILENO);
  std::string program = sendmail, dots = "-i", end = "--", to = mail.to;
  char* arguments[] = {program.data(), dots.data(), end.data(), to.data(), nullptr};
  pid_t process = 0;
  const int refused = ::posix_spawn(&process, sendmail.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (refused != 0)
    return schema::unavailable("connection", fmt::format("{}: {}", sendmail, std::generic_category().message(refused)));
  int status = 0;
  while (::waitpid(process, &status, 0) < 0)
    if (errno != EINTR) return schema::unavailable("failed", sendmail + " was lost");
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
    return schema::unavailable("connection", sendmail + " cannot be run");
  const std::string how = WIFEXITED(status) ? fmt::format("exited {}", WEXITSTATUS(status)) : "was ended by a signal";
  const bool later = WIFEXITED(status) && WEXITSTATUS(status) == 75;
  return schema::unavailable(later ? "busy" : "failed", fmt::format("{} {}", sendmail, how));
}

}  // namespace server
