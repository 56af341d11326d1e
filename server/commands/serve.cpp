#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <memory>

#include "schema/accounts.h"
#include "schema/ip_address.h"
#include "schema/readers.h"
#include "schema/tokens.h"
#include "server/access/access.h"
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
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// HUP calls `reload`; INT and TERM end the wait.
int wait_for_stop(const sigset_t& signals, const std::function<void()>& reload) {
  int signal = 0;
  for (;;) {
    if (sigwait(&signals, &signal) != 0) continue;
    if (signal != SIGHUP) break;
    reload();
  }
  // The next one ends the program at once.
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  return signal;
}

schema::Status load(TlsCertificate& certificate, const Settings& settings) {
  if (settings.tls_certificate.empty() != settings.tls_key.empty())
    return schema::unavailable("configuration", "server.tls_certificate and server.tls_key go together");
  if (settings.tls_certificate.empty()) return {};
  return certificate.load(settings.tls_certificate, settings.tls_key);
}

// What cannot be read leaves everything as it was.
void reload(TlsCertificate& certificate, const Settings& settings) {
  if (const auto loaded = load(certificate, settings); !loaded) {
    log_event(LogLevel::error, "not_reloaded", {{"error", loaded.error().message}});
  } else {
    log_event(LogLevel::info, "reloaded");
  }
}

// Who is let in: said at the start, and checked before anything listens.
enum class Openness { users, machine, everybody };

schema::Error nobody_could_log_in(const Settings& settings, const Endpoint& wanted) {
  return {schema::ErrorKind::unavailable,
          "configuration",
          fmt::format(
              "{} can be reached from the network, and there is nobody yet who could log in. Add a user (ruadar user "
              "add NAME --role admin --db {}), or listen on this machine only (--listen 127.0.0.1:8080), or say "
              "--insecure-open if everyone who reaches this address may read and change everything.",
              wanted.to_string(), settings.database_path),
          {}};
}

// Else exit 78: to the network without any login.
schema::Result<Openness> openness(const Settings& settings, schema::Readers& readers, const Endpoint& wanted) {
  const auto reader = readers.lend(std::chrono::seconds(0));
  if (!reader) return schema::unexpected(reader.error());
  const auto users = schema::any_account((*reader)->database());
  if (!users) return schema::unexpected(users.error());
  const auto tokens = schema::any_token((*reader)->database(), now_seconds());
  if (!tokens) return schema::unexpected(tokens.error());
  const bool proxy_login = !settings.user_header.empty();
  if (*users || proxy_login) return Openness::users;
  if (settings.insecure_open) return wanted.is_loopback() ? Openness::machine : Openness::everybody;
  if (wanted.is_loopback()) return Openness::machine;
  if (*tokens) return Openness::users;
  return schema::unexpected(nobody_could_log_in(settings, wanted));
}

void warn_of_network(const Endpoint& endpoint) {
  fmt::print(stderr,
             "\n"
             "  WARNING: {} can be reached from the network, and there is no login.\n"
             "  Whoever reaches it reads every report, and can upload reports and decide about failures.\n"
             "\n",
             endpoint.to_string());
}

std::string_view described(Openness open) {
  switch (open) {
    case Openness::users:
      return "open to its users";
    case Openness::machine:
      return "open to this machine only, without login";
    case Openness::everybody:
      break;
  }
  return "OPEN TO THE NETWORK, WITHOUT LOGIN";
}

AccessSettings access_settings(const Settings& settings, bool local) {
  AccessSettings access;
  access.loopback = local;
  access.insecure_open = settings.insecure_open;
  access.user_header = settings.user_header;
  return access;
}

SiteOptions site_options(const Settings& settings, const Endpoint& wanted, Access& access) {
  SiteOptions site;
  site.base_path = settings.base_prefix();
  site.log_requests = settings.access_log;
  site.hosts.loopback = wanted.is_loopback();
  site.hosts.address = wanted.address;
  site.hosts.names = settings.hosts;
  for (const std::string& network : settings.trusted_proxies)
    site.trusted_proxies.push_back(*schema::parse_ip_range(network));
  site.identify = [&access](Request& request) { return access.identify(request); };
  return site;
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
  if (!settings->user_header.empty() && settings->trusted_proxies.empty())
    return fail("serve", {schema::ErrorKind::unavailable,
                          "configuration",
                          "server.user_header needs server.trusted_proxies, else anybody could name a user",
                          {}});

  TlsCertificate certificate;
  if (const auto loaded = load(certificate, *settings); !loaded) return fail("serve", loaded.error());
  const bool tls = !settings->tls_certificate.empty();
  // What is refused leaves nothing behind.
  const bool fresh = !std::filesystem::exists(settings->database_path);
  if (fresh && !local && !settings->insecure_open && settings->user_header.empty())
    return fail("serve", nobody_could_log_in(*settings, wanted));

  schema::Readers readers(settings->database_path, database_connections);
  if (auto ready = prepare_database(*settings, readers); !ready) return fail("serve", ready.error());

  const auto open = openness(*settings, readers, wanted);
  if (!open) return fail("serve", open.error());
  Access access(settings->database_path, readers, access_settings(*settings, local));

  ApiContext context;
  context.access = &access;
  context.version = version();
  context.base_path = settings->base_prefix();
  context.open_to_network = !local;
  context.readers = &readers;
  add_writing(context, *settings);

  HttpLimits limits;
  limits.user_header = settings->user_header;
  limits.log_refusals = settings->access_log;
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
  HttpServer http(site(site_options(*settings, wanted, access), embedded_assets(),
                       [&context](const Request& request) { return respond(context, request); }),
                  limits, tls ? &certificate : nullptr);
  const auto endpoint = http.start(wanted);
  if (!endpoint) return fail("serve", endpoint.error());
  if (*open == Openness::everybody) warn_of_network(*endpoint);
  fmt::print("Ruadar serves {}://{}{}/ ({}; database {})\n", tls ? "https" : "http", endpoint->to_string(),
             settings->base_prefix(), described(*open), settings->database_path);
  std::fflush(stdout);
  log_event(LogLevel::info, "started",
            {{"listen", endpoint->to_string()},
             {"version", std::string(version())},
             {"access", std::string(described(*open))}});

  const int signal = wait_for_stop(signals, [&] { reload(certificate, *settings); });
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
      "Without users it answers this machine only, and listens on nothing but loopback unless --insecure-open says "
      "otherwise; 'ruadar user add' makes the first one, who then has to log in.\n"
      "HUP reads the TLS certificate and its key again.\n"
      "TERM and INT let requests in hand end, for at most 20 seconds; a second signal ends it at once.";
  command.options = {
      {"--listen", "ADDR:PORT", "Where to listen; 127.0.0.1:8080, port 0 takes a free one", &options->listen},
      {"--base-path", "PATH", "Path below which everything stands, such as /dmarc", &options->base_path},
      {"--insecure-open", "", "Serve to the network although there are no users", &options->insecure_open},
      {"--no-fetch", "", "Do not watch the mailboxes of the configuration", &options->no_fetch},
      {"--log-format", "FORMAT", "text (the default) or json", &options->log_format}};
  command.exit_codes = {exit_done, exit_failed, exit_usage, exit_try_again, exit_no_permission, exit_configuration};
  command.examples = {"ruadar serve --db reports.db",
                      "ruadar serve -c /etc/ruadar/ruadar.toml --listen 127.0.0.1:9000 --base-path /dmarc"};
  command.run = [options](const Globals& globals) { return serve(*options, globals); };
  return command;
}

}  // namespace server
