#include "server/commands/access_store.h"

#include <fmt/format.h>
#include <pwd.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "schema/migrations.h"
#include "server/access/access.h"
#include "server/access/password.h"
#include "server/commands/ingesting.h"
#include "server/setting_values.h"
#include "server/terminal.h"

namespace server {
namespace {

// The terminal shows nothing of what is typed until the end of this object.
class Silence {
 public:
  Silence() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  ~Silence() {
    if (changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }

 private:
  termios before_{};
  bool changed_ = false;
};

std::string typed(const std::string& prompt) {
  std::string line;
  {
    // Asked only when the terminal is silent: who answers quickly would be shown, and what they typed thrown away.
    const Silence silence;
    std::fputs(prompt.c_str(), stderr);
    std::getline(std::cin, line);
  }
  std::fputc('\n', stderr);
  return line;
}

}  // namespace

schema::Status change_access(const Settings& settings, schema::AuditEntry entry,
                             const std::function<schema::Status(schema::Database&)>& change) {
  auto migrated = open_writer(settings, std::chrono::milliseconds(200));
  if (!migrated && migrated.error().code != "locked") return schema::unexpected(migrated.error());
  migrated = {};
  auto database = schema::Database::open_beside_writer(settings.database_path);
  if (!database) return schema::unexpected(database.error());
  if (auto current = schema::require_current(*database); !current) return current;
  auto transaction = schema::Transaction::begin(*database);
  if (!transaction) return schema::unexpected(transaction.error());
  if (auto done = change(*database); !done) return done;
  entry.at = now_seconds();
  entry.actor = command_line_actor();
  if (auto done = schema::add_audit(*database, entry); !done) return done;
  return transaction->commit();
}

std::string command_line_actor() {
  const passwd* user = ::getpwuid(::getuid());
  return fmt::format("command line ({})", user != nullptr ? printable(user->pw_name) : std::to_string(::getuid()));
}

schema::Result<std::string> read_password(const std::string& of) {
  std::string password;
  if (is_terminal(STDIN_FILENO)) {
    password = typed(fmt::format("Password of {}: ", of));
    if (password_problem(password).empty() && typed("Once more: ") != password)
      return schema::malformed("usage", "The two passwords are not the same.");
  } else {
    std::getline(std::cin, password);
    if (!password.empty() && password.back() == '\r') password.pop_back();
  }
  if (const auto wrong = password_problem(password); !wrong.empty()) return schema::malformed("usage", wrong);
  return password;
}

std::vector<std::string> divided(const std::optional<std::string>& text) {
  return text ? as_list(SettingValue(*text)).value_or(std::vector<std::string>()) : std::vector<std::string>();
}

}  // namespace server
