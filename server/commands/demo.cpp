#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "ingest/ingester.h"
#include "ingest/message_reader.h"
#include "schema/day.h"
#include "server/commands/commands.h"
#include "server/commands/failure.h"
#include "server/commands/ingesting.h"
#include "server/commands/interrupt.h"
#include "server/commands/program.h"
#include "server/commands/scratch_directory.h"
#include "server/demo/mails.h"
#include "server/demo/world.h"
#include "server/progress.h"
#include "server/terminal.h"

namespace server {
namespace {

struct Options {
  std::optional<std::string> directory, listen, base_path, end;
  bool no_serve = false;
};

// The mails of the made-up world, day by day.
class DemoMailbox : public ingest::Mailbox {
 public:
  explicit DemoMailbox(std::int64_t last) : last_(last) {}

  schema::Result<std::optional<ingest::Message>> next() override {
    while (at_ == of_day_.size()) {
      if (day_ == demo::days) return std::nullopt;
      of_day_ = demo::mails(last_, day_++);
      at_ = 0;
    }
    auto& mail = of_day_[at_++];
    ingest::Message message;
    message.kind = "file";
    message.origin = "demo";
    message.position = std::move(mail.name);
    message.bytes = std::move(mail.bytes);
    message.size = message.bytes.size();
    return message;
  }
  schema::Status mark_done(const ingest::Message&, ingest::Fate) override { return {}; }
  ingest::Progress progress() const override { return {static_cast<std::uint64_t>(day_), demo::days}; }

 private:
  const std::int64_t last_;
  int day_ = 0;  // the next one
  std::vector<demo::Mail> of_day_;
  std::size_t at_ = 0;
};

std::int64_t yesterday() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::hours>(now).count() / 24 - 1;
}

schema::Status fill(const std::string& database, std::int64_t last, bool quiet) {
  Settings settings;
  settings.database_path = database;
  auto writer = open_writer(settings, std::chrono::seconds(2));
  if (!writer) return schema::unexpected(writer.error());
  auto configured = ingest_settings(settings);
  configured.readers = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  ProgressDisplay display(!quiet, is_terminal(STDERR_FILENO));
  ingest::IngestWatch watch;
  watch.stop = &stop_on_interrupt();
  watch.progress = [&](const ingest::Progress& progress, const schema::RunTotals& totals) {
    display.update({progress.done, progress.total, totals.mails, 0});
  };
  DemoMailbox mailbox(last);
  ingest::Ingester ingester(**writer, configured, ingest::read_message);
  const auto totals = ingester.ingest(mailbox, "import", watch, "demo");
  display.clear();
  if (!totals) return schema::unexpected(totals.error());
  if (totals->stopped) return schema::unavailable("interrupted", "interrupted before the data was complete");
  if (!quiet)
    fmt::print(stderr, "{} mails of 12 months, read in {:.1f} s\n", with_thousands(totals->mails), totals->seconds);
  return {};
}

int run_demo(const Options& options, const Globals& globals) {
  const auto last = options.end ? schema::parse_day(*options.end) : std::optional(yesterday());
  if (!last || *last > yesterday() || *last < demo::days) {
    fmt::print(stderr, "ruadar demo: --end is a day before today, such as 2026-11-18\n");
    return exit_usage;
  }
  stop_on_interrupt();  // from here on there is something to take away
  std::optional<ScratchDirectory> scratch;
  if (!options.directory) scratch.emplace();
  const std::string folder = options.directory ? *options.directory : scratch->path();
  if (folder.empty())
    return fail("demo", schema::Error{schema::ErrorKind::unavailable, "cannot_open",
                                      "no temporary directory can be made", std::nullopt});
  const std::string database = folder + "/ruadar.db", configuration = folder + "/ruadar.toml";
  std::error_code error;
  if (std::filesystem::exists(database, error)) {
    fmt::print(stderr, "ruadar demo: {0} is there already and is left alone; ruadar serve --db {0} serves it\n",
               database);
    return exit_usage;
  }
  if (auto filled = fill(database, *last, globals.quiet); !filled) return fail("demo", filled.error());
  if (options.no_serve) return exit_done;

  // From here on nothing knows that the reports are made up. An own configuration keeps that of this machine out.
  std::ofstream(configuration) << "# ruadar demo\n";
  std::vector<std::string> serve{"serve",  "-c",         configuration, "--db",
                                 database, "--no-fetch", "--listen",    options.listen.value_or("127.0.0.1:8080")};
  if (options.base_path) serve.insert(serve.end(), {"--base-path", *options.base_path});
  return run_program(serve);
}

}  // namespace

Command demo_command() {
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "demo";
  command.purpose = "Shows the dashboard with twelve months of made-up reports";
  command.details =
      "The reports are mails about example domains, read like any others: spoofing, forwarders, a mailing service that "
      "is not\naligned, a policy on its way to reject, a reporter gone silent, reports that cannot be read. The "
      "database "
      "lies in a\ntemporary folder and is gone at the end; no mailbox of this machine is touched.";
  command.options = {
      {"--dir", "DIR", "Make the database here, and keep it", &options->directory},
      {"--listen", "ADDR:PORT", "Where to listen; 127.0.0.1:8080, port 0 takes a free one", &options->listen},
      {"--base-path", "PATH", "Path below which everything stands, such as /dmarc", &options->base_path},
      {"--end", "DAY", "Last day that reports are about; yesterday", &options->end},
      {"--no-serve", "", "Only make the database; with --dir", &options->no_serve}};
  command.exit_codes = {exit_done, exit_failed, exit_usage, exit_configuration};
  command.examples = {"ruadar demo", "ruadar demo --dir /tmp/demo --listen 127.0.0.1:9000"};
  command.run = [options](const Globals& globals) { return run_demo(*options, globals); };
  return command;
}

}  // namespace server
