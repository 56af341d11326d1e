#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <thread>

#include "ingest/give_way.h"
#include "ingest/ingester.h"
#include "schema/analysis.h"
#include "schema/packed_weeks.h"
#include "schema/reason.h"
#include "server/commands/commands.h"
#include "server/commands/failure.h"
#include "server/commands/ingesting.h"
#include "server/commands/interrupt.h"
#include "server/commands/paths_mailbox.h"
#include "server/commands/reading.h"
#include "server/commands/scratch_directory.h"
#include "server/commands/storage.h"
#include "server/commands/totals.h"
#include "server/json.h"
#include "server/progress.h"
#include "server/suggest.h"
#include "server/terminal.h"

namespace server {
namespace {

using schema::Outcome;

struct Options {
  std::vector<std::string> paths;
  std::optional<std::string> jobs, type;
  bool json = false;
  bool resume = false;
  bool keep_going = false;
  bool dry_run = false;
  bool no_sandbox = false;
};

std::string outcome_json(const ingest::DocumentOutcome& outcome) {
  JsonWriter json;
  json.begin_object();
  json.member("origin", outcome.origin).member("name", outcome.name).member("outcome", schema::name(outcome.outcome));
  json.key("code");
  outcome.code.empty() ? json.null() : json.value(outcome.code);
  json.member("report", outcome.report_id);
  json.key("notes").begin_array();
  for (const schema::Note& note : outcome.notes) json.value(note.code);
  json.end_array().end_object();
  return json.take();
}

std::string outcome_text(const ingest::DocumentOutcome& outcome) {
  std::string line = fmt::format("{:<11} {}", schema::name(outcome.outcome), outcome.origin);
  if (!outcome.name.empty() && outcome.name != outcome.origin) line += " " + outcome.name;
  if (!outcome.code.empty()) line += ": " + outcome.code;
  if (!outcome.detail.empty()) line += ", " + outcome.detail;
  return printable(line);
}

std::string json_of(const ingest::IngestTotals& totals, bool resumed) {
  JsonWriter json;
  json.begin_object();
  write_totals(json, totals);
  if (resumed) json.member("skipped", totals.skipped);
  return json.end_object().take();
}

// What makes the pages quick. The reports are stored without it, and a server or the next import will do it.
void tend(schema::Writer& writer, const std::atomic<bool>& stop) {
  if (!schema::analyze_when_due(writer.database())) return;
  for (auto more = schema::Result<bool>(true); more && *more && !stop;) {
    more = schema::pack_week(writer, schema::NewestWeek::packed);
  }
}

std::optional<ingest::InputType> input_type(std::string_view word) {
  if (word == "auto") return ingest::InputType::any;
  if (word == "mbox") return ingest::InputType::mbox;
  if (word == "maildir") return ingest::InputType::maildir;
  if (word == "eml" || word == "xml") return ingest::InputType::single;
  return std::nullopt;
}

// What long reports take for a moment is given back at once. By itself the C library keeps larger and larger pieces:
// after a hundred thousand mails this process had twice the memory that it used.
void give_back_large_pieces() {
  constexpr int large = 4 * 1024 * 1024;
  ::mallopt(M_MMAP_THRESHOLD, large);
}

int import(const Options& options, const Globals& globals) {
  const auto type = input_type(options.type.value_or("auto"));
  if (!type) {
    fmt::print(stderr, "ruadar import: --type is auto, mbox, maildir, eml or xml{}\n",
               did_you_mean(*options.type, {"auto", "mbox", "maildir", "eml", "xml"}));
    return exit_usage;
  }
  auto settings = globals.settings(no_sandbox_flags(options.no_sandbox));
  if (!settings) return fail("import", settings.error());
  if (const auto possible = check_readers(*settings, "import"); !possible) return fail("import", possible.error());
  std::optional<ScratchDirectory> scratch;
  if (options.dry_run) {
    scratch.emplace();
    if (scratch->path().empty())
      return fail("import",
                  {schema::ErrorKind::unavailable, "cannot_open", "no temporary directory can be made", std::nullopt});
    settings->database_path = scratch->path() + "/dry-run.db";
  }
  auto configured = ingest_settings(*settings);
  configured.resume = options.resume;
  configured.readers = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  if (options.jobs) {
    configured.readers = std::atoi(options.jobs->c_str());
    if (configured.readers < 1 || configured.readers > 64) {
      fmt::print(stderr, "ruadar import: --jobs is a number from 1 to 64\n");
      return exit_usage;
    }
  }
  if (!options.dry_run) configured.has_room = [&settings] { return require_room(*settings); };
  auto writer = open_writer(*settings, std::chrono::seconds(2));
  if (!writer) return fail("import", writer.error());

  const std::atomic<bool>& stop = stop_on_interrupt();
  ProgressDisplay display(!globals.quiet, is_terminal(STDERR_FILENO));
  ingest::IngestWatch watch;
  watch.stop = &stop;
  watch.unread = [&](const schema::Error& error) {
    display.clear();
    fmt::print(stderr, "ruadar import: {}\n", printable(error.message));
  };
  watch.progress = [&](const ingest::Progress& progress, const ingest::IngestTotals& totals) {
    display.update({progress.done, progress.total, totals.mails + totals.skipped, failures(totals)});
  };
  if (globals.verbose) {
    watch.outcome = [&](const ingest::DocumentOutcome& outcome) {
      display.clear();
      fmt::print("{}\n", options.json ? outcome_json(outcome) : outcome_text(outcome));
    };
  }

  give_back_large_pieces();
  ingest::give_way();
  PathsMailbox mailbox(options.paths, ingest::import_limits(settings->limits), *type);
  ingest::Ingester ingester(**writer, configured, message_reader(*settings));
  const auto totals = ingester.ingest(mailbox, "import", watch, mailbox.name());
  display.clear();
  if (!totals) return fail("import", totals.error());

  if (!options.dry_run && !totals->stopped) tend(**writer, stop);
  if (options.json) fmt::print("{}\n", json_of(*totals, options.resume));
  if (!options.json || !globals.quiet)
    fmt::print(options.json ? stderr : stdout, "{}{}\n", totals_text(*totals, !options.dry_run),
               options.dry_run ? " (a dry run: nothing was kept)" : "");
  if (totals->stopped) {
    fmt::print(stderr,
               "Stopped{}. What is stored stays. To go on, give the same command again{}; nothing is stored twice.\n",
               totals->stop_asked ? ", as was asked for over the API" : "", options.resume ? "" : " with --resume");
    return exit_partly;
  }
  const bool all_well = failures(*totals) == 0 && totals->unread == 0;
  return all_well ? exit_done : exit_partly;
}

}  // namespace

Command import_command() {
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "import";
  command.purpose = "Reads reports out of mailboxes, mails and files into the database";
  command.details =
      "A PATH is an mbox (also gzipped), a Maildir, a mail, a report (XML, gzip or zip), or a folder of any of these;\n"
      "'-' is standard input. What it is is found by content, never by name. Nothing is stored twice: importing again "
      "is\n"
      "safe, also after an interruption. What cannot be read is kept aside and listed by 'ruadar failures list'.\n"
      "With --verbose it tells a line for each attachment, with --json too an object for each.";
  command.arguments = {{"PATH", "What to read", true, &options->paths}};
  command.options = {
      {"--json", "", "The totals as a JSON object", &options->json},
      {"-n,--dry-run", "", "Read everything, keep nothing; what the database holds already counts as stored",
       &options->dry_run},
      {"-j,--jobs", "N", "Mails that are read at the same time; one for each processor", &options->jobs},
      {"--resume", "", "Pass over, quickly, what an import that was stopped has done already", &options->resume},
      {"--type", "TYPE",
       "What files are, instead of what they look like: auto (the default), mbox, maildir, eml (one mail) or xml (one "
       "report, also packed)",
       &options->type},
      {"--keep-going", "", "What import does anyway: what cannot be read is told, and the rest follows",
       &options->keep_going},
      no_sandbox_option(&options->no_sandbox)};
  command.exit_codes = {exit_done,      exit_failed,        exit_usage,        exit_partly,
                        exit_try_again, exit_no_permission, exit_configuration};
  command.examples = {"ruadar import ~/Mail/dmarc --verbose", "ruadar import --resume ~/Mail/dmarc",
                      "zcat reports.mbox.gz | ruadar import - --json --db reports.db"};
  command.run = [options](const Globals& globals) { return import(*options, globals); };
  return command;
}

}  // namespace server
