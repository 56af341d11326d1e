// ruadar db prune and confirm-clock, stats: what is old, and what it weighs.
#include <fmt/format.h>

#include <ctime>
#include <memory>
#include <optional>

#include "schema/clock.h"
#include "schema/day.h"
#include "schema/migrations.h"
#include "schema/pruning.h"
#include "schema/sizes.h"
#include "server/commands/db.h"
#include "server/commands/failure.h"
#include "server/commands/ingesting.h"
#include "server/commands/interrupt.h"
#include "server/commands/prune_pass.h"
#include "server/commands/retention.h"
#include "server/commands/upkeep.h"
#include "server/json.h"
#include "server/terminal.h"

namespace server {
namespace {

struct Options {
  std::optional<std::string> older_than;
  bool dry_run = false;
  bool keep_rollups = false;
  bool confirm_clock = false;
  bool json = false;
};

// "400d", "58w", "400": days.
std::optional<std::int64_t> parse_age(std::string text) {
  std::int64_t unit = 1;
  if (!text.empty() && (text.back() == 'd' || text.back() == 'w')) {
    unit = text.back() == 'w' ? 7 : 1;
    text.pop_back();
  }
  std::int64_t days = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || days > 100'000) return std::nullopt;
    days = days * 10 + (c - '0');
  }
  return text.empty() || days == 0 ? std::nullopt : std::optional(days * unit);
}

void write_pruned(JsonWriter& json, const schema::Pruned& pruned) {
  json.member("reports", pruned.reports).member("records", pruned.records).member("failures", pruned.failures);
  json.member("originals", pruned.originals).member("original_bytes", pruned.original_bytes);
}

// The clock must be right, or somebody must say that it is.
schema::Status require_steady_clock(const Settings& settings, std::int64_t now, bool confirmed) {
  if (!confirmed) {
    auto reader = schema::Database::open_reader(settings.database_path);
    if (!reader) return schema::unexpected(std::move(reader.error()));
    const auto clock = schema::look_at_clock(*reader, now);
    if (!clock) return schema::unexpected(clock.error());
    if (clock->state != schema::ClockState::steady)
      return schema::unavailable(
          "busy", fmt::format("the clock says {}, and said {} when it was last looked at; if it is right, say so with "
                              "--confirm-clock",
                              schema::time_text(now), schema::time_text(clock->seen_at.value_or(0))));
  }
  return schema::confirm_clock(settings.database_path, now);
}

int prune(const Options& options, const Globals& globals) {
  const auto settings = globals.settings();
  if (!settings) return fail("db prune", settings.error());
  const auto days = parse_age(options.older_than.value_or(""));
  if (!days) {
    fmt::print(stderr, "ruadar db prune: --older-than is a number of days, such as 400d\n");
    return exit_usage;
  }
  const auto now = static_cast<std::int64_t>(std::time(nullptr));
  const schema::PruneRule rule{now / 86400 - *days, std::nullopt, options.keep_rollups || settings->keep_rollups, now};

  schema::Result<schema::Pruned> pruned;
  if (options.dry_run) {
    auto reader = schema::Database::open_reader(settings->database_path);
    if (!reader) return fail("db prune", reader.error());
    if (auto current = schema::require_current(*reader); !current) return fail("db prune", current.error());
    pruned = schema::would_prune(*reader, rule);
  } else {
    // Made up to date before anybody looks into it.
    if (const auto writer = open_writer(*settings, std::chrono::seconds(30)); !writer)
      return fail("db prune", writer.error());
    if (auto steady = require_steady_clock(*settings, now, options.confirm_clock); !steady)
      return fail("db prune", steady.error());
    auto reader = schema::Database::open_reader(settings->database_path);
    if (!reader) return fail("db prune", reader.error());
    const auto expected = schema::would_prune(*reader, rule);
    if (!expected) return fail("db prune", expected.error());
    ShareShown shown("prune", globals.quiet);
    PrunePass pass;
    pass.patience = std::chrono::seconds(30);
    pass.go_on = [&, &stop = stop_on_interrupt()](const schema::Pruned& done) {
      shown(done.records, expected->records);
      return !stop.load();
    };
    pruned = server::prune(*settings, rule, "command", pass);
    // Weeks that are left of what was pruned; a server packs them, too.
    static_cast<void>(pack_weeks(*settings, schema::NewestWeek::packed, pass.patience,
                                 [&stop = stop_on_interrupt()] { return !stop; }));
  }
  if (!pruned) return fail("db prune", pruned.error());
  if (options.json) {
    JsonWriter json;
    json.begin_object().member("before", schema::day_text(rule.before_day)).member("dry_run", options.dry_run);
    write_pruned(json, *pruned);
    fmt::print("{}\n", json.member("complete", pruned->complete).end_object().take());
  } else if (!globals.quiet) {
    fmt::print("before {}: {} reports with {} records, {} decided failures and {} originals ({}) {}{}\n",
               schema::day_text(rule.before_day), pruned->reports, pruned->records, pruned->failures, pruned->originals,
               readable_bytes(pruned->original_bytes), options.dry_run ? "would go" : "are gone",
               rule.keep_rollups ? ", totals stay" : "");
  }
  if (pruned->complete) return exit_done;
  fmt::print(stderr, "Stopped. What is gone is gone; give the same command again to go on.\n");
  return exit_partly;
}

int confirm_clock(const Options&, const Globals& globals) {
  const auto settings = globals.settings();
  if (!settings) return fail("db confirm-clock", settings.error());
  if (const auto writer = open_writer(*settings, std::chrono::seconds(30)); !writer)
    return fail("db confirm-clock", writer.error());
  const auto now = static_cast<std::int64_t>(std::time(nullptr));
  if (auto done = schema::confirm_clock(settings->database_path, now); !done)
    return fail("db confirm-clock", done.error());
  if (!globals.quiet) fmt::print("It is {}; retention goes on.\n", schema::time_text(now));
  return exit_done;
}

struct Weight {
  schema::Sizes sizes;
  std::int64_t records = 0;
  schema::Pruned would_free;
  std::int64_t free_by_pruning = 0;  // bytes
};

schema::Result<Weight> weigh(schema::Database& database, const Settings& settings) {
  Weight weight;
  auto sizes = schema::sizes(database);
  if (!sizes) return schema::unexpected(sizes.error());
  weight.sizes = std::move(*sizes);
  std::int64_t original_bytes = 0;
  for (const auto& table : weight.sizes.tables) {
    if (table.table == "original" || table.table == "original_bundle") original_bytes += table.bytes;
  }
  const auto records = database.integer("SELECT ifnull(sum(records), 0) FROM report WHERE pruned_at IS NULL");
  if (!records) return schema::unexpected(records.error());
  weight.records = records->value_or(0);
  if (settings.retention_days > 0) {
    const auto pruned = schema::would_prune(database, retention_rule(settings, std::time(nullptr)));
    if (!pruned) return schema::unexpected(pruned.error());
    weight.would_free = *pruned;
    // Originals are known by the byte; of the rest each record weighs the same.
    const auto rest = (weight.sizes.pages - weight.sizes.free_pages) * weight.sizes.page_bytes - original_bytes;
    weight.free_by_pruning = pruned->original_bytes;
    if (weight.records > 0) weight.free_by_pruning += rest * pruned->records / weight.records;
  }
  return weight;
}

int stats(const Options& options, const Globals& globals) {
  const auto settings = globals.settings();
  if (!settings) return fail("db stats", settings.error());
  auto database = open_to_read(globals);
  if (!database) return fail("db stats", database.error());
  if (auto current = schema::require_current(*database); !current) return fail("db stats", current.error());
  database->stop_when(&stop_on_interrupt());
  const auto weight = weigh(*database, *settings);
  if (!weight) return fail("db stats", weight.error());
  const auto& sizes = weight->sizes;
  const auto bytes = sizes.pages * sizes.page_bytes;
  const auto each = weight->records > 0 ? static_cast<double>(bytes - sizes.free_pages * sizes.page_bytes) /
                                              static_cast<double>(weight->records)
                                        : 0.0;
  if (options.json) {
    JsonWriter json;
    json.begin_object().member("bytes", bytes).member("free_bytes", sizes.free_pages * sizes.page_bytes);
    json.member("page_bytes", sizes.page_bytes).member("records", weight->records);
    json.key("bytes_per_record").raw(fmt::format("{:.1f}", each)).key("tables").begin_array();
    for (const auto& table : sizes.tables) {
      json.begin_object().member("name", table.name).member("table", table.table).member("rows", table.rows);
      json.member("bytes", sizes.has_bytes ? std::optional(table.bytes) : std::nullopt).end_object();
    }
    json.end_array().key("retention_would_free").begin_object();
    write_pruned(json, weight->would_free);
    fmt::print("{}\n", json.member("bytes", weight->free_by_pruning).end_object().end_object().take());
    return exit_done;
  }
  fmt::print("{}: {}, of which {} are free; {} records of {:.0f} bytes, all told\n", printable(settings->database_path),
             readable_bytes(bytes), readable_bytes(sizes.free_pages * sizes.page_bytes), weight->records, each);
  if (settings->retention_days > 0)
    fmt::print("Retention ({} days) would free about {} now: {} reports with {} records, {} originals\n",
               settings->retention_days, readable_bytes(weight->free_by_pruning), weight->would_free.reports,
               weight->would_free.records, weight->would_free.originals);
  std::vector<std::vector<std::string>> rows = {{"TABLE OR INDEX", "OF", "ROWS", "SIZE"}};
  for (const auto& table : sizes.tables)
    rows.push_back({table.name, table.name == table.table ? "" : table.table,
                    table.name == table.table ? std::to_string(table.rows) : "",
                    sizes.has_bytes ? readable_bytes(table.bytes) : "?"});
  fmt::print("{}", text_table(rows, {false, false, true, true}));
  return exit_done;
}

}  // namespace

Command db_prune_command() {
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "prune";
  command.purpose = "Gives up old reports, with their records and originals";
  command.details =
      "In steps of a thousand rows, beside a running server. Who they were stays known for 400 days, so that an old "
      "mail "
      "which\n"
      "comes back is a duplicate. Failures that wait for a decision stay; the ledger of mails stays. The file does not "
      "shrink:\n"
      "what is free in it is used again ('ruadar db vacuum').";
  command.options = {{"--older-than", "DAYS", "How old a report must be: 400d, 60w", &options->older_than},
                     {"-n,--dry-run", "", "Say what would go, and change nothing", &options->dry_run},
                     {"--keep-rollups", "", "Keep the totals, which most pages show; as database.keep_rollups",
                      &options->keep_rollups},
                     {"--confirm-clock", "", "The clock is right, although it jumped since it was last looked at",
                      &options->confirm_clock},
                     {"--json", "", "The result as a JSON object", &options->json}};
  command.exit_codes = {exit_done,      exit_failed,        exit_usage,        exit_partly,
                        exit_try_again, exit_no_permission, exit_configuration};
  command.examples = {"ruadar db prune --older-than 400d --dry-run",
                      "ruadar db prune --older-than 2000d --keep-rollups"};
  command.run = [options](const Globals& globals) { return prune(*options, globals); };
  return command;
}

Command db_confirm_clock_command() {
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "confirm-clock";
  command.purpose = "Says that the clock is right, after it jumped and retention paused";
  command.exit_codes = {exit_done, exit_failed, exit_usage, exit_try_again, exit_no_permission, exit_configuration};
  command.examples = {"ruadar db confirm-clock", "ruadar db confirm-clock --db reports.db"};
  command.run = [options](const Globals& globals) { return confirm_clock(*options, globals); };
  return command;
}

Command db_stats_command() {
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "stats";
  command.purpose = "Says where the bytes of the database are, and what retention would free";
  command.options = {{"--json", "", "The result as a JSON object", &options->json}};
  command.exit_codes = {exit_done, exit_failed, exit_usage, exit_try_again, exit_no_permission, exit_configuration};
  command.examples = {"ruadar db stats", "ruadar db stats --json --db reports.db"};
  command.run = [options](const Globals& globals) { return stats(*options, globals); };
  return command;
}

}  // namespace server
