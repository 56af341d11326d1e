// ruadar db: keeping the database.
#include "server/commands/db.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "server/commands/commands.h"
#include "server/terminal.h"

namespace server {

schema::Result<schema::Database> open_to_read(const Globals& globals) {
  const auto settings = globals.settings();
  if (!settings) return schema::unexpected(settings.error());
  return schema::Database::open_reader(settings->database_path);
}

std::string readable_bytes(std::int64_t bytes) {
  constexpr std::array<std::string_view, 4> units = {"B", "KiB", "MiB", "GiB"};
  auto amount = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; amount >= 1024 && unit + 1 < units.size(); ++unit) amount /= 1024;
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", amount, units[unit]);
}

ShareShown::ShareShown(std::string what, bool quiet)
    : what_(std::move(what)), shown_(!quiet && is_terminal(STDERR_FILENO)) {}

ShareShown::~ShareShown() {
  if (last_ >= 0) fmt::print(stderr, "\r\x1b[K");
}

void ShareShown::operator()(std::int64_t done, std::int64_t all) {
  const int share = all > 0 ? static_cast<int>(100 * done / all) : 0;
  if (!shown_ || share == last_) return;
  last_ = share;
  fmt::print(stderr, "\r\x1b[K{} {:3} %", what_, share);
}

Command db_command() {
  Command command;
  command.name = "db";
  command.purpose = "Keeps the database: backups, checks, what is old, where its bytes are";
  command.details =
      "All of these can be stopped with Ctrl-C and given again; what was done stays, what was half done is undone.";
  command.exit_codes = {exit_done,     exit_failed,    exit_usage,         exit_partly,
                        exit_findings, exit_try_again, exit_no_permission, exit_configuration};
  command.examples = {"ruadar db backup /backup/ruadar.db", "ruadar db prune --older-than 400d --dry-run"};
  command.subcommands = {db_backup_command(),  db_verify_command(),        db_restore_check_command(),
                         db_prune_command(),   db_confirm_clock_command(), db_stats_command(),
                         db_migrate_command(), db_vacuum_command()};
  return command;
}

}  // namespace server
