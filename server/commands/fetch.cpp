// ruadar fetch: one pass over the mailboxes, for cron.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <thread>

#include "ingest/give_way.h"
#include "server/commands/commands.h"
#include "server/commands/failure.h"
#include "server/commands/ingesting.h"
#include "server/commands/interrupt.h"
#include "server/commands/mailbox_choice.h"
#include "server/commands/mailboxes.h"
#include "server/commands/reading.h"
#include "server/commands/totals.h"
#include "server/commands/upkeep.h"
#include "server/log.h"
#include "server/terminal.h"

namespace server {
namespace {

struct Options {
  std::optional<std::string> mailbox, limit;
  bool reconcile = false;
  bool json = false;
  bool no_sandbox = false;
};

struct Fetched {
  std::string name;
  ingest::IngestTotals totals;
  std::optional<schema::Error> error;
};

// Rings when the user wants an end.
class StopBell {
 public:
  StopBell(const std::atomic<bool>& stop, ingest::Bell& bell)
      : thread_([this, &stop, &bell] {
          while (!done_) {
            if (stop) bell.ring_stop();
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
          }
        }) {}
  ~StopBell() {
    done_ = true;
    thread_.join();
  }
  StopBell(const StopBell&) = delete;
  StopBell& operator=(const StopBell&) = delete;

 private:
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

void add(ingest::IngestTotals& sum, const ingest::IngestTotals& totals) {
  sum.mails += totals.mails;
  for (std::size_t i = 0; i < sum.outcomes.size(); ++i) sum.outcomes[i] += totals.outcomes[i];
  sum.records += totals.records;
  sum.messages += totals.messages;
  sum.unread += totals.unread;
  sum.stopped = sum.stopped || totals.stopped;
  sum.stop_asked = sum.stop_asked || totals.stop_asked;
  sum.seconds += totals.seconds;
  if (totals.run_id != 0) sum.run_id = totals.run_id;
}

std::string json_of(const ingest::IngestTotals& sum, const std::vector<Fetched>& all) {
  JsonWriter json;
  json.begin_object();
  write_totals(json, sum);
  json.key("mailboxes").begin_array();
  for (const Fetched& one : all) {
    json.begin_object().member("name", one.name).member("mails", one.totals.mails).member("unread", one.totals.unread);
    json.member("error", one.error ? std::optional(one.error->message) : std::nullopt).end_object();
  }
  return json.end_array().end_object().take();
}

// A mailbox as it is to be read: as the configuration has it; or, after an older backup was restored, also each folder
// to which mails were moved, where nothing is touched. A server may not have such a folder yet.
struct Source {
  ConfiguredMailbox mailbox;
  bool may_be_missing = false;
};

std::vector<Source> sources_of(const ConfiguredMailbox& mailbox, bool reconcile) {
  std::vector<Source> all{{mailbox, false}};
  if (!reconcile) return all;
  for (const auto* folder : {&mailbox.afterwards.done_folder, &mailbox.afterwards.failed_folder}) {
    if (folder->empty()) continue;
    Source& moved = all.emplace_back(Source{mailbox, true});
    moved.mailbox.folders = {*folder};
    moved.mailbox.afterwards.after = ingest::After::keep;
  }
  return all;
}

int fetch(const Options& options, const Globals& globals) {
  const auto settings = globals.settings(no_sandbox_flags(options.no_sandbox));
  if (!settings) return fail("fetch", settings.error());
  const auto chosen = chosen_mailboxes(*settings, options.mailbox);
  if (!chosen) return fail("fetch", chosen.error());
  std::size_t limit = 0;
  if (options.limit) {
    const auto number = parse_size(*options.limit);
    if (!number || *number == 0) {
      fmt::print(stderr, "ruadar fetch: --limit is a number above 0\n");
      return exit_usage;
    }
    limit = *number;
  }
  if (const auto possible = check_readers(*settings, "fetch"); !possible) return fail("fetch", possible.error());
  // Made or brought up to date before anybody looks into it.
  if (const auto writer = open_writer(*settings, std::chrono::seconds(30)); !writer)
    return fail("fetch", writer.error());

  const std::atomic<bool>& stop = stop_on_interrupt();
  ingest::give_way();
  const int readers = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  std::vector<Source> sources;
  for (const ConfiguredMailbox* mailbox : *chosen)
    for (Source& source : sources_of(*mailbox, options.reconcile)) sources.push_back(std::move(source));
  std::vector<Fetched> all;
  ingest::IngestTotals sum;
  for (const Source& source : sources) {
    const ConfiguredMailbox* const mailbox = &source.mailbox;
    if (stop || sum.stop_asked || (limit > 0 && static_cast<std::size_t>(sum.mails) >= limit)) break;
    const auto watcher = mailbox_watcher(*settings, *mailbox, readers);
    const StopBell bell(stop, watcher->bell());
    Fetched one;
    one.name = mailbox->name;
    auto error = watcher->fetch_once(limit == 0 ? 0 : limit - static_cast<std::size_t>(sum.mails), one.totals);
    const std::string complaint = watcher->status().complaint;
    if (!error && !(source.may_be_missing && error.error().code == "refused")) one.error = error.error();
    if (one.error) fmt::print(stderr, "ruadar fetch: {}: {}\n", mailbox->name, printable(one.error->message));
    if (!complaint.empty()) fmt::print(stderr, "ruadar fetch: {}: {}\n", mailbox->name, printable(complaint));
    add(sum, one.totals);
    all.push_back(std::move(one));
  }

  // Nothing is lost where it fails: a server or the next fetch packs what is left.
  static_cast<void>(
      pack_weeks(*settings, schema::NewestWeek::packed, std::chrono::seconds(2), [&stop] { return !stop; }));
  if (options.json) fmt::print("{}\n", json_of(sum, all));
  if (!options.json && !globals.quiet) fmt::print("{}\n", totals_text(sum, true));
  if (sum.stop_asked)
    fmt::print(stderr, "Stopped, as was asked for over the API. What is stored stays; the next fetch goes on.\n");
  const auto failed = std::find_if(all.begin(), all.end(), [](const Fetched& one) { return one.error.has_value(); });
  const bool any_good =
      std::any_of(all.begin(), all.end(), [](const Fetched& one) { return !one.error || one.totals.mails > 0; });
  if (failed != all.end() && !any_good) return exit_code_for(*failed->error);
  const bool all_well = failed == all.end() && failures(sum) == 0 && sum.unread == 0 && !sum.stopped && !stop;
  return all_well ? exit_done : exit_partly;
}

}  // namespace

Command fetch_command() {
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "fetch";
  command.purpose = "Fetches what is new in the mailboxes of the configuration, once, and ends";
  command.details =
      "For cron and for trying a configuration; 'ruadar serve' watches the mailboxes by itself. Nothing is stored "
      "twice,\n"
      "and a mail is touched only after its reports are on disk.";
  command.options = {{"--mailbox", "NAME", "Only this one", &options->mailbox},
                     {"--limit", "N", "At most so many mails", &options->limit},
                     {"--reconcile", "", "Read done_folder and failed_folder, too: after an older backup was restored",
                      &options->reconcile},
                     {"--json", "", "The totals as a JSON object", &options->json},
                     no_sandbox_option(&options->no_sandbox)};
  command.least_logged = LogLevel::error;  // what goes wrong is said at the end
  command.exit_codes = {exit_done,        exit_failed,    exit_usage,         exit_partly,
                        exit_unavailable, exit_try_again, exit_no_permission, exit_configuration};
  command.examples = {"ruadar fetch -c /etc/ruadar/ruadar.toml", "ruadar fetch --mailbox main --limit 100 --json"};
  command.run = [options](const Globals& globals) { return fetch(*options, globals); };
  return command;
}

}  // namespace server
