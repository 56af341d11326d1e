// ruadar db backup, migrate and vacuum: what makes a file anew.
#include <fmt/format.h>

#include <ctime>
#include <memory>
#include <optional>

#include "schema/backup.h"
#include "schema/migrations.h"
#include "schema/sizes.h"
#include "schema/upgrade.h"
#include "server/commands/db.h"
#include "server/commands/db_file_command.h"
#include "server/commands/failure.h"
#include "server/commands/ingesting.h"
#include "server/commands/interrupt.h"
#include "server/json.h"
#include "server/terminal.h"

namespace server {
namespace {

void write_backup(JsonWriter& json, const schema::Backup& backup) {
  json.begin_object().member("path", backup.path).member("bytes", backup.bytes);
  json.member("generation", backup.holdings.generation).member("version", backup.holdings.version);
  json.member("reports", backup.holdings.reports).member("records", backup.holdings.records);
  json.member("messages", backup.holdings.messages).member("mails", backup.holdings.mails).end_object();
}

int backup(const DbFileOptions& options, const Globals& globals) {
  const auto settings = globals.settings();
  if (!settings) return fail("db backup", settings.error());
  schema::Result<schema::Backup> made;
  {
    ShareShown shown("backup", globals.quiet);
    schema::BackupWatch watch;
    watch.stop = &stop_on_interrupt();
    watch.progress = [&](std::int64_t done, std::int64_t all) { shown(done, all); };
    made = schema::make_backup(settings->database_path, *options.file, std::time(nullptr), watch);
  }
  if (!made) return fail("db backup", made.error());
  if (auto noted = schema::record_backup(settings->database_path, *made); !noted)
    return fail("db backup", noted.error());
  JsonWriter json;
  write_backup(json, *made);
  if (options.json) {
    fmt::print("{}\n", json.take());
  } else if (!globals.quiet) {
    fmt::print("{}: {} reports, {} records, {} messages of {} mails; {}, opened and compared\n", printable(made->path),
               made->holdings.reports, made->holdings.records, made->holdings.messages, made->holdings.mails,
               readable_bytes(made->bytes));
  }
  return exit_done;
}

schema::Result<std::int64_t> version_of(schema::Database& database) {
  const auto version = database.integer("PRAGMA user_version");
  if (!version) return schema::unexpected(version.error());
  return **version;
}

int migrate(const DbFileOptions& options, const Globals& globals) {
  const auto settings = globals.settings();
  if (!settings) return fail("db migrate", settings.error());
  if (auto made = make_parent_directories(settings->database_path); !made) return fail("db migrate", made.error());
  auto database = schema::Database::open_writer(settings->database_path, std::chrono::seconds(2));
  if (!database) return fail("db migrate", database.error());
  const auto before = version_of(*database);
  if (!before) return fail("db migrate", before.error());
  schema::Result<std::optional<schema::Backup>> done;
  {
    ShareShown shown("backup", globals.quiet);
    schema::BackupWatch watch;
    watch.stop = &stop_on_interrupt();
    watch.progress = [&](std::int64_t part, std::int64_t all) { shown(part, all); };
    done = schema::upgrade(*database, watch);
  }
  if (!done) return fail("db migrate", done.error());
  const auto after = version_of(*database);
  if (!after) return fail("db migrate", after.error());
  if (options.json) {
    JsonWriter json;
    json.begin_object().member("from", *before).member("to", *after).key("backup");
    *done ? write_backup(json, **done) : static_cast<void>(json.null());
    fmt::print("{}\n", json.end_object().take());
  } else if (!globals.quiet) {
    fmt::print("{}: version {}", printable(settings->database_path), *after);
    if (*before != *after) fmt::print(", was {}", *before);
    if (*done) fmt::print("; what it was before is in {}", printable((*done)->path));
    fmt::print("\n");
  }
  return exit_done;
}

int vacuum(const DbFileOptions& options, const Globals& globals) {
  const auto settings = globals.settings();
  if (!settings) return fail("db vacuum", settings.error());
  auto writer = open_writer(*settings, std::chrono::seconds(2));
  if (!writer) return fail("db vacuum", writer.error());
  auto& database = (*writer)->database();
  const auto bytes = [&]() -> std::int64_t {
    const auto pages = database.integer("PRAGMA page_count"), page = database.integer("PRAGMA page_size");
    return pages && page ? **pages * **page : 0;
  };
  const auto before = bytes();
  database.stop_when(&stop_on_interrupt());
  if (auto done = database.vacuum(); !done) return fail("db vacuum", done.error());
  database.stop_when(nullptr);
  // The file shrinks when the log is moved; where somebody reads, a little later.
  if (auto moved = database.checkpoint_all(); !moved && moved.error().code != "busy")
    return fail("db vacuum", moved.error());
  if (options.json) {
    JsonWriter json;
    fmt::print("{}\n", json.begin_object().member("before", before).member("after", bytes()).end_object().take());
  } else if (!globals.quiet) {
    fmt::print("{}: {}, was {}\n", printable(settings->database_path), readable_bytes(bytes()), readable_bytes(before));
  }
  return exit_done;
}

}  // namespace

Command db_backup_command() {
  auto options = std::make_shared<DbFileOptions>();
  auto command =
      db_file_command("backup", "Copies the database while it is used, and proves the copy",
                      "The copy is opened, checked as a whole and compared with the moment it was taken from before it "
                      "takes the\n"
                      "place of FILE. Until then what stood there stays.",
                      options, backup);
  command.arguments = {{"FILE", "Where to; not the database itself", true, &options->file}};
  command.examples = {"ruadar db backup /backup/ruadar-$(date +%F).db", "ruadar db backup /backup/ruadar.db --json"};
  return command;
}

Command db_migrate_command() {
  auto options = std::make_shared<DbFileOptions>();
  auto command =
      db_file_command("migrate", "Brings the database up to date, behind a backup",
                      "Every command that writes does the same when it meets a database of an earlier version. The "
                      "backup lies beside\n"
                      "the database.",
                      options, migrate);
  command.examples = {"ruadar db migrate", "ruadar db migrate --db reports.db --json"};
  return command;
}

Command db_vacuum_command() {
  auto options = std::make_shared<DbFileOptions>();
  auto command =
      db_file_command("vacuum", "Gives room that pruning freed back to the disk",
                      "Nobody writes meanwhile, and it takes as much room again while it works. Not needed for "
                      "speed: what is free\n"
                      "in the file is used again.",
                      options, vacuum);
  command.examples = {"ruadar db vacuum", "ruadar db vacuum --db reports.db --json"};
  return command;
}

}  // namespace server
