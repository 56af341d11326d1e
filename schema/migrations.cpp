#include "schema/migrations.h"

#include <fmt/format.h>

namespace schema {
namespace {

// Stands in the header of every database of ours (PRAGMA application_id): "Rdar".
constexpr std::int64_t application_id = 0x52646172;

// The version of the database; 0 for an empty file.
Result<std::int64_t> version(Database& database) {
  const auto number = database.integer("PRAGMA user_version");
  if (!number) return unexpected(number.error());
  const auto application = database.integer("PRAGMA application_id");
  if (!application) return unexpected(application.error());
  if (*application == application_id) {
    const auto latest = migrations().back().number;
    if (**number <= latest) return **number;
    return unavailable("newer_database",
                       fmt::format("{}: written by a later version of the program (version {} of the database; this "
                                   "program knows {})",
                                   database.path(), **number, latest));
  }
  const auto tables = database.integer("SELECT count(*) FROM sqlite_schema");
  if (!tables) return unexpected(tables.error());
  if (**tables == 0 && **application == 0) return 0;
  return internal_error("foreign_database", fmt::format("{}: a database of another program", database.path()));
}

Status apply(Database& database, const Migration& migration) {
  auto transaction = Transaction::begin(database);
  if (!transaction) return unexpected(std::move(transaction.error()));
  auto applied = database.execute_script(fmt::format("{}\nPRAGMA application_id = {}; PRAGMA user_version = {};",
                                                     migration.sql, application_id, migration.number));
  if (!applied) {
    applied.error().message = fmt::format("{}: {}", migration.name, applied.error().message);
    return applied;
  }
  return transaction->commit();
}

}  // namespace

Result<bool> needs_migration(Database& database) {
  const auto present = version(database);
  if (!present) return unexpected(present.error());
  return *present != 0 && *present < migrations().back().number;
}

Status migrate(Database& writer) {
  const auto present = version(writer);
  if (!present) return unexpected(present.error());
  // A table that goes would otherwise be emptied row by row first, and all its pages written with zeros; until that is
  // done SQLite would keep in memory what they held. What it holds is kept anyway.
  const auto secure = writer.integer("PRAGMA secure_delete");
  if (!secure) return unexpected(secure.error());
  if (auto off = writer.execute_script("PRAGMA foreign_keys = OFF; PRAGMA secure_delete = OFF"); !off) return off;
  Status applied;
  for (const auto& migration : migrations()) {
    if (migration.number <= *present) continue;
    if (applied = apply(writer, migration); !applied) break;
  }
  auto on = writer.execute_script(
      fmt::format("PRAGMA foreign_keys = ON; PRAGMA secure_delete = {}", secure->value_or(0)));
  return applied ? on : applied;
}

Status require_current(Database& reader) {
  const auto present = version(reader);
  if (!present) return unexpected(present.error());
  if (*present == migrations().back().number) return {};
  return unavailable("old_database", fmt::format("{}: version {} of the database, {} is needed", reader.path(),
                                                 *present, migrations().back().number));
}

}  // namespace schema
