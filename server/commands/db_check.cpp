// ruadar db verify and restore-check: is this file what it should be, and what is in it?
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <vector>

#include "schema/backup.h"
#include "schema/check.h"
#include "schema/day.h"
#include "schema/migrations.h"
#include "server/commands/db.h"
#include "server/commands/db_file_command.h"
#include "server/commands/failure.h"
#include "server/commands/interrupt.h"
#include "server/json.h"
#include "server/terminal.h"

namespace server {
namespace {

using Problems = std::vector<std::string>;

// Damage that keeps the file from being read is a finding like any other.
schema::Result<Problems> or_finding(schema::Result<Problems> found) {
  if (!found && (found.error().code == "corrupt" || found.error().code == "not_a_database"))
    return Problems{found.error().message};
  return found;
}

schema::Result<Problems> problems_of(schema::Database& database) {
  database.stop_when(&stop_on_interrupt());
  auto found = or_finding(schema::damage(database));
  // What stands in it is looked at when it can be read.
  if (!found || !found->empty()) return found;
  const auto current = schema::require_current(database);
  if (!current) {
    if (current.error().code == "old_database") return found;
    return schema::unexpected(current.error());
  }
  return or_finding(schema::contradictions(database));
}

void write_problems(JsonWriter& json, const Problems& problems) {
  json.key("problems").begin_array();
  for (const auto& problem : problems) json.value(problem);
  json.end_array();
}

int verify(const DbFileOptions& options, const Globals& globals) {
  const auto settings = globals.settings();
  if (!settings) return fail("db verify", settings.error());
  const std::string path = options.file.value_or(settings->database_path);
  auto database = schema::Database::open_reader(path);
  if (!database && database.error().code != "not_a_database" && database.error().code != "corrupt")
    return fail("db verify", database.error());
  const auto problems = database ? problems_of(*database) : Problems{database.error().message};
  if (!problems) return fail("db verify", problems.error());
  if (options.json) {
    JsonWriter json;
    json.begin_object().member("path", path).member("ok", problems->empty());
    write_problems(json, *problems);
    fmt::print("{}\n", json.end_object().take());
  } else {
    for (const auto& problem : *problems) fmt::print("{}\n", printable(problem));
    if (problems->empty() && !globals.quiet) fmt::print("{}: nothing is wrong\n", printable(path));
  }
  return problems->empty() ? exit_done : exit_findings;
}

std::string days_text(const schema::Holdings& holdings) {
  if (!holdings.first_day) return "no reports";
  return fmt::format("reports of {} to {}", schema::day_text(*holdings.first_day),
                     schema::day_text(*holdings.last_day));
}

void print_holdings(const std::string& path, const schema::Holdings& held) {
  fmt::print("{}: version {}, {}\n", printable(path), held.version, days_text(held));
  fmt::print("  {} reports, {} records, {} messages; {} mails, the last read {}; {} failures wait\n", held.reports,
             held.records, held.messages, held.mails,
             held.last_read_at ? schema::time_text(*held.last_read_at) : std::string("never"), held.failures_open);
}

void write_holdings(JsonWriter& json, const schema::Holdings& held) {
  json.member("version", held.version).member("generation", held.generation).member("reports", held.reports);
  json.member("records", held.records).member("messages", held.messages).member("mails", held.mails);
  json.member("failures_open", held.failures_open);
  json.member("first_day", held.first_day ? std::optional(schema::day_text(*held.first_day)) : std::nullopt);
  json.member("last_day", held.last_day ? std::optional(schema::day_text(*held.last_day)) : std::nullopt);
  json.member("last_read_at", held.last_read_at ? std::optional(schema::time_text(*held.last_read_at)) : std::nullopt);
}

// What the database of now has more. none: it is not there, or cannot tell.
std::optional<schema::Lacking> lacking(const std::string& path, schema::Database& backup) {
  auto database = schema::Database::open_reader(path);
  if (!database) return std::nullopt;
  const auto lacks = schema::lacking(*database, backup);
  return lacks ? std::optional(*lacks) : std::nullopt;
}

int restore_check(const DbFileOptions& options, const Globals& globals) {
  const auto settings = globals.settings();
  if (!settings) return fail("db restore-check", settings.error());
  auto backup = schema::Database::open_reader(*options.file);
  if (!backup && backup.error().code != "not_a_database" && backup.error().code != "corrupt")
    return fail("db restore-check", backup.error());
  const auto problems = backup ? problems_of(*backup) : Problems{backup.error().message};
  if (!problems) return fail("db restore-check", problems.error());
  std::optional<schema::Holdings> held;
  std::optional<schema::Lacking> lacks;
  if (problems->empty()) {
    const auto found = schema::holdings(*backup);
    if (!found) return fail("db restore-check", found.error());
    held = *found;
    lacks = lacking(settings->database_path, *backup);
  }
  if (options.json) {
    JsonWriter json;
    json.begin_object().member("path", *options.file).member("ok", problems->empty());
    if (held) write_holdings(json, *held);
    json.key("lacks");
    if (lacks) {
      json.begin_object().member("mails", lacks->mails).member("reports", lacks->reports);
      json.member("messages", lacks->messages).end_object();
    } else {
      json.null();
    }
    write_problems(json, *problems);
    fmt::print("{}\n", json.end_object().take());
  } else {
    for (const auto& problem : *problems) fmt::print("{}\n", printable(problem));
    if (held) print_holdings(*options.file, *held);
    if (lacks)
      fmt::print(
          "It lacks {} mails and {} reports with {} messages that {} holds. After restoring it, import these mails "
          "again,\nor 'ruadar fetch --reconcile': nothing is counted twice.\n",
          lacks->mails, lacks->reports, lacks->messages, printable(settings->database_path));
    else if (held)
      fmt::print("{} cannot be compared with it.\n", printable(settings->database_path));
  }
  return problems->empty() ? exit_done : exit_findings;
}

}  // namespace

Command db_verify_command() {
  auto options = std::make_shared<DbFileOptions>();
  auto command =
      db_file_command("verify", "Reads all of a database, and says what is wrong with it",
                      "First the file, page by page and index by index; then what stands in it: every sum is compared "
                      "with what it\n"
                      "sums. Others may read and write meanwhile.",
                      options, verify, {exit_findings});
  command.arguments = {{"FILE", "A backup; without it the database", false, &options->file}};
  command.examples = {"ruadar db verify", "ruadar db verify /backup/ruadar.db --json"};
  return command;
}

Command db_restore_check_command() {
  auto options = std::make_shared<DbFileOptions>();
  auto command = db_file_command(
      "restore-check", "Opens a backup, and says what it holds and what it lacks",
      "To restore it: stop the server, put the file in the place of the database, take the -wal and -shm "
      "beside that\n"
      "away, start again, and import or fetch again what it lacks.",
      options, restore_check, {exit_findings});
  command.arguments = {{"FILE", "The backup", true, &options->file}};
  command.examples = {"ruadar db restore-check /backup/ruadar.db", "ruadar db restore-check old.db --db new.db --json"};
  return command;
}

}  // namespace server
