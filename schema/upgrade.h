// A database of an earlier version becomes one of today, behind a backup.
#pragma once

#include <optional>

#include "schema/backup.h"
#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

// Where the backup before a migration from `version` lies: "ruadar.db.v2-backup".
std::string backup_before_migration(const std::string& path, std::int64_t version);

// migrate(), and before that a backup where there is something to lose; which one it made. A database that is new or up
// to date costs nothing. Killed at any point it can be called again. Errors: those of migrate() and make_backup();
// disk_full where there is no room for both.
Result<std::optional<Backup>> upgrade(Database& writer, const BackupWatch& watch = {});

}  // namespace schema
