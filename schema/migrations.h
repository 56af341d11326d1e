// Brings a database up to date: the numbered files of schema/migrations/, embedded in the program.
#pragma once

#include <string_view>
#include <vector>

#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

struct Migration {
  int number;             // 1, 2, 3, ...; the version of a database is that of the last one applied
  std::string_view name;  // of the file, "0001_initial"
  std::string_view sql;
};

// In their order, without gaps.
const std::vector<Migration>& migrations();

// Whether a database that holds something is of an earlier version. Errors as of migrate().
Result<bool> needs_migration(Database& database);

// Applies what is missing, each in a transaction of its own. Does nothing to a database that is up to date.
// Errors: newer_database (a later version of the program wrote it; kind unavailable), foreign_database (SQLite, but
// not ours), and those of schema/sqlite.h, not_a_database among them.
Status migrate(Database& writer);

// What a reader asks first: newer_database, foreign_database as above; old_database: migrate() has not run yet.
Status require_current(Database& reader);

}  // namespace schema
