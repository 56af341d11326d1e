#include "schema/upgrade.h"

#include <fmt/format.h>

#include <ctime>

#include "schema/files.h"
#include "schema/migrations.h"

namespace schema {
namespace {

// The copy, and what a migration that writes every page anew takes in the log.
Status require_room(Database& database) {
  const auto pages = database.integer("PRAGMA page_count"), page = database.integer("PRAGMA page_size");
  if (!pages || !page) return unexpected(pages ? page.error() : pages.error());
  const auto needed = static_cast<std::uint64_t>(**pages * **page) * 22 / 10;
  const auto free = free_bytes(database.path());
  if (!free) return unexpected(free.error());
  if (*free >= needed) return {};
  return unavailable("disk_full",
                     fmt::format("{}: {} bytes must be free to bring it up to date behind a backup, {} are",
                                 database.path(), needed, *free));
}

}  // namespace

std::string backup_before_migration(const std::string& path, std::int64_t version) {
  return fmt::format("{}.v{}-backup", path, version);
}

Result<std::optional<Backup>> upgrade(Database& writer, const BackupWatch& watch) {
  const auto old = needs_migration(writer);
  if (!old) return unexpected(old.error());
  std::optional<Backup> made;
  if (*old) {
    if (auto room = require_room(writer); !room) return unexpected(std::move(room.error()));
    const auto version = writer.integer("PRAGMA user_version");
    if (!version) return unexpected(version.error());
    auto backup =
        make_backup(writer.path(), backup_before_migration(writer.path(), **version), std::time(nullptr), watch);
    if (!backup) return unexpected(std::move(backup.error()));
    made = std::move(*backup);
  }
  if (auto migrated = migrate(writer); !migrated) return unexpected(std::move(migrated.error()));
  if (made)
    if (auto noted = record_backup(writer.path(), *made); !noted) return unexpected(std::move(noted.error()));
  return made;
}

}  // namespace schema
