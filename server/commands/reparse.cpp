#include "ingest/reparse.h"

#include <fmt/format.h>

#include <memory>

#include "server/commands/commands.h"
#include "server/commands/failure.h"
#include "server/commands/ingesting.h"
#include "server/commands/interrupt.h"
#include "server/commands/reading.h"
#include "server/json.h"
#include "server/terminal.h"

namespace server {
namespace {

struct Options {
  bool dry_run = false;
  bool json = false;
  bool no_sandbox = false;
};

std::string in_text(const ingest::Reparsed& change) {
  std::string line = change.report_id    ? fmt::format("report {}", *change.report_id)
                     : change.failure_id ? fmt::format("failure {}", *change.failure_id)
                                         : fmt::format("original {}", change.original_id);
  line += " " + change.name + ":";
  for (const std::string& difference : change.differences) line += " " + difference + ";";
  if (line.back() == ';') line.pop_back();
  if (change.kept) line += " (stays as it was: it could be read better before)";
  return printable(line);
}

std::string in_json(const ingest::Reparsed& change) {
  JsonWriter json;
  json.begin_object().member("original", change.original_id).member("report", change.report_id);
  json.member("failure", change.failure_id).member("name", change.name).key("differences").begin_array();
  for (const std::string& difference : change.differences) json.value(difference);
  return json.end_array().member("kept", change.kept).end_object().take();
}

std::string in_json(const ingest::ReparseTotals& totals) {
  JsonWriter json;
  json.begin_object().member("originals", totals.originals).member("reports", totals.reports);
  return json.member("failures", totals.failures).member("changed", totals.changed).end_object().take();
}

int reparse(const Options& options, const Globals& globals) {
  const auto settings = globals.settings(no_sandbox_flags(options.no_sandbox));
  if (!settings) return fail("reparse", settings.error());
  if (const auto possible = check_readers(*settings, "reparse"); !possible) return fail("reparse", possible.error());
  auto writer = open_writer(*settings, std::chrono::seconds(2));
  if (!writer) return fail("reparse", writer.error());
  const auto tell = [&](const ingest::Reparsed& change) {
    fmt::print("{}\n", options.json ? in_json(change) : in_text(change));
  };
  const auto totals = ingest::reparse(**writer, ingest_settings(*settings), message_reader(*settings), options.dry_run,
                                      tell, &stop_on_interrupt());
  if (!totals) return fail("reparse", totals.error());
  if (options.json) {
    fmt::print("{}\n", in_json(*totals));
  } else {
    fmt::print("{} originals: {} reports and {} failures read again, {} {}\n", totals->originals, totals->reports,
               totals->failures, totals->changed, options.dry_run ? "would change" : "changed");
  }
  if (!totals->stopped) return exit_done;
  fmt::print(stderr, "Stopped. What has changed stays; give the same command again to go on.\n");
  return exit_partly;
}

}  // namespace

Command reparse_command() {
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "reparse";
  command.purpose = "Reads every stored original again with today's parser, and says what changes";
  command.options = {{"-n,--dry-run", "", "Say what would change, and change nothing", &options->dry_run},
                     {"--json", "", "An object for each change, then the totals", &options->json},
                     no_sandbox_option(&options->no_sandbox)};
  command.exit_codes = {exit_done,      exit_failed,        exit_usage,        exit_partly,
                        exit_try_again, exit_no_permission, exit_configuration};
  command.examples = {"ruadar reparse --dry-run", "ruadar reparse --db reports.db"};
  command.run = [options](const Globals& globals) { return reparse(*options, globals); };
  return command;
}

}  // namespace server
