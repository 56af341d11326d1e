#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <memory>

#include "schema/readers.h"
#include "server/api/routes.h"
#include "server/assets.h"
#include "server/commands/commands.h"
#include "server/commands/failure.h"
#include "server/commands/ingesting.h"
#include "server/commands/lmtp.h"
#include "server/commands/mailboxes.h"
#include "server/http_server.h"
#include "server/log.h"
#include "server/site.h"
#include "server/version.h"

namespace server {
namespace {

struct Options {
  std::optional<std::string> listen, base_path, log_format;
  bool insecure_open = false;
  bool no_fetch = false;
};

constexpr std::size_t database_connections = 8;  // as many as workers

// The database brought up to date; or, while another ruadar writes to it, at least readable.
schema::Status prepare_database(const Settings& settings, schema::Readers& readers) {
  auto writer = open_writer(settings, std::chrono::seconds(2));
  if (!writer && writer.error().code != "locked") return schema::unexpected(writer.error());
  writer = {};
  auto reader = readers.lend(std::chrono::seconds(0));
  if (!reader) return schema::unexpected(reader.error());
  return {};
}

// INT and TERM are waited for; no other thread gets them.
sigset_t block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

int wait_for_stop(const sigset_t& signals) {
  int signal = 0;
  while (sigwait(&signals, &signal) != 0) {
  }
  // The next one ends the program at once.
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  return signal;
}

void warn_of_network(const Endpoint& endpoint) {
  fmt::print(stderr,
             "\n"
             "  WARNING: {} can be reached from the network, and there is no login.\n"
             "  Whoever reaches it reads every report, and can upload reports and decide about failures.\n"
             "\n",
             endpoint.to_string());
}

int refuse_network(const Endpoint& endpoint) {
  fmt::print(
      stderr,
      "ruadar serve: {} can be reached from the network, and there is no login yet.\n"
      "Listen on 127.0.0.1 and put a reverse proxy with a login in front, or say --insecure-open if everyone who\n"
      "reaches this address may read and change everything.\n",
      endpoint.to_string());
  return exit_configuration;
}

int serve(const Options& options, const Globals& globals) {
  if (options.log_format && *options.log_format != "text" && *options.log_format != "json") {
    fmt::print(stderr, "ruadar serve: --log-format is text or json\n");
    return exit_usage;
  }
  set_up_log(options.log_format == "json" ? LogFormat::json : LogFormat::text, LogLevel::info);

  std::vector<SettingSources::Flag> flags;
  if (options.listen) flags.push_back({"server.listen", *options.listen, "--listen"});
  if (options.base_path) flags.push_back({"server.base_path", *options.base_path, "--base-path"});
  if (options.insecure_open) flags.push_back({"server.insecure_open", "true", "--insecure-open"});
  const auto settings = globals.settings(flags);
  if (!settings) return fail("serve", settings.error());
  const Endpoint wanted = *parse_endpoint(settings->listen);
  const bool local = wanted.is_loopback();
  if (!local && !settings->insecure_open) return refuse_network(wanted);

  schema::Readers readers(settings->database_path, database_connections);
  if (auto ready = prepare_database(*settings, readers); !ready) return fail("serve", ready.error());

  ApiContext context;
  context.version = version();
  context.base_path = settings->base_prefix();
  context.open_to_network = !local;
  context.readers = &readers;
  add_writing(context, *settings);

  HttpLimits limits;
  limits.upload_path = settings->base_prefix() + "/api/v1/reports";
  context.upload_bytes = limits.upload_bytes;

  const sigset_t signals = block_stop_signals();
  std::unique_ptr<ingest::LmtpServer> lmtp;
  if (!settings->lmtp_listen.empty()) {
    auto started = start_lmtp(*settings);
    if (!started) return fail("serve", started.error());
    lmtp = std::move(*started);
  }
  std::optional<WatchedMailboxes> mailboxes;
  if (!options.no_fetch && !settings->mailboxes.empty()) {
    mailboxes.emplace(*settings);
    mailboxes->add_to(context);
  }
  const SiteOptions options_of_site{settings->base_prefix(), local ? wanted.address : std::string()};
  HttpServer http(site(options_of_site, embedded_assets(),
                       [&context](const Request& request) { return respond(context, request); }),
                  limits);
  const auto endpoint = http.start(wanted);
  if (!endpoint) return fail("serve", endpoint.error());
  if (!local) warn_of_network(*endpoint);
  fmt::print("Ruadar serves http://{}{}/ ({}; database {})\n", endpoint->to_string(), settings->base_prefix(),
             local ? "open to this machine only" : "OPEN TO THE NETWORK, WITHOUT LOGIN", settings->database_path);
  std::fflush(stdout);
  log_event(LogLevel::info, "started", {{"listen", endpoint->to_string()}, {"version", std::string(version())}});

  const int signal = wait_for_stop(signals);
  log_event(LogLevel::info, "stopping", {{"signal", signal == SIGINT ? "INT" : "TERM"}});
  if (mailboxes) mailboxes->stop();
  if (lmtp) lmtp->stop();
  http.stop();
  log_event(LogLevel::info, "stopped");
  return exit_done;
}

}  // namespace

Command serve_command() {
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "serve";
  command.purpose = "Serves the dashboard and the API";
  command.details =
      "There is no login yet: it listens on loopback and answers this machine only, unless --insecure-open says "
      "otherwise.\n"
      "TERM and INT let requests in hand end, for at most 20 seconds; a second signal ends it at once.";
  command.options = {
      {"--listen", "ADDR:PORT", "Where to listen; 127.0.0.1:8080, port 0 takes a free one", &options->listen},
      {"--base-path", "PATH", "Path below which everything stands, such as /dmarc", &options->base_path},
      {"--insecure-open", "", "Serve to the network although there is no login", &options->insecure_open},
      {"--no-fetch", "", "Do not watch the mailboxes of the configuration", &options->no_fetch},
      {"--log-format", "FORMAT", "text (the default) or json", &options->log_format}};
  command.exit_codes = {exit_done, exit_failed, exit_usage, exit_try_again, exit_no_permission, exit_configuration};
  command.examples = {"ruadar serve --db reports.db",
                      "ruadar serve -c /etc/ruadar/ruadar.toml --listen 127.0.0.1:9000 --base-path /dmarc"};
  command.run = [options](const Globals& globals) { return serve(*options, globals); };
  return command;
}

}  // namespace server
