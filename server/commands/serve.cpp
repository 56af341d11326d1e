#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "schema/backup.h"
#include "schema/readers.h"
#include "server/commands/commands.h"
#include "server/commands/failure.h"
#include "server/commands/ingesting.h"
#include "server/commands/openness.h"
#include "server/commands/reading.h"
#include "server/commands/service.h"
#include "server/commands/stop_signals.h"
#include "server/commands/storage.h"
#include "server/http_server.h"
#include "server/log.h"
#include "server/notify.h"
#include "server/version.h"

namespace server {
namespace {

struct Options {
  std::optional<std::string> listen, base_path;
  bool insecure_open = false;
  bool no_fetch = false;
  bool no_sandbox = false;
};

constexpr std::size_t database_connections = 8;  // as many as workers
constexpr std::chrono::milliseconds status_interval{30'000};

// The database brought up to date; or, while another ruadar writes to it, at least readable.
schema::Status prepare_database(const Settings& settings, schema::Readers& readers) {
  auto writer = open_writer(settings, std::chrono::seconds(2));
  const std::string code = writer ? "" : writer.error().code;
  // A damaged database is read as far as it can be; whatever writes to it will be told.
  if (!writer && code != "locked" && code != "corrupt" && code != "disk_full")
    return schema::unexpected(writer.error());
  if (code == "corrupt") log_event(LogLevel::error, "database_damaged", {{"message", writer.error().message}});
  writer = {};
  schema::remove_leftovers(settings.database_path);
  auto reader = readers.lend(std::chrono::seconds(0));
  if (!reader) return schema::unexpected(reader.error());
  return {};
}

// What no library and no system call would tell in time.
schema::Status check(const Settings& settings) {
  if (settings.tls_certificate.empty() != settings.tls_key.empty())
    return schema::unavailable("configuration", "server.tls_certificate and server.tls_key go together");
  if (!settings.user_header.empty() && settings.trusted_proxies.empty())
    return schema::unavailable("configuration",
                               "server.user_header needs server.trusted_proxies, else anybody could name a user");
  return {};
}

schema::Status load(TlsCertificate& certificate, const Settings& settings) {
  return settings.tls_certificate.empty() ? schema::Status{}
                                          : certificate.load(settings.tls_certificate, settings.tls_key);
}

// What listens keeps how it was begun: a reload leaves these settings as they were. The names of those that differ.
std::string keep_what_listens(const Settings& before, Settings& now) {
  std::string changed;
  const auto keep = [&](auto Settings::*member, std::string_view name) {
    if (now.*member == before.*member) return;
    now.*member = before.*member;
    changed += (changed.empty() ? "" : ", ") + std::string(name);
  };
  keep(&Settings::listen, "server.listen");
  keep(&Settings::base_path, "server.base_path");
  keep(&Settings::user_header, "server.user_header");
  keep(&Settings::access_log, "server.access_log");
  keep(&Settings::database_path, "database.path");
  keep(&Settings::metrics_listen, "metrics.listen");
  if (now.tls_certificate.empty() != before.tls_certificate.empty()) {
    keep(&Settings::tls_certificate, "server.tls_certificate");
    keep(&Settings::tls_key, "server.tls_key");
  }
  return changed;
}

class Serving {
 public:
  Serving(const Options& options, const Globals& globals) : options_(options), globals_(globals) {
    if (options.listen) flags_.push_back({"server.listen", *options.listen, "--listen"});
    if (options.base_path) flags_.push_back({"server.base_path", *options.base_path, "--base-path"});
    for (auto& flag : no_sandbox_flags(options.no_sandbox)) flags_.push_back(std::move(flag));
    if (options.insecure_open) flags_.push_back({"server.insecure_open", "true", "--insecure-open"});
  }

  schema::Result<int> run() {
    auto settings = globals_.settings(flags_);
    if (!settings) return schema::unexpected(settings.error());
    if (auto good = check(*settings); !good) return schema::unexpected(good.error());
    if (auto possible = check_readers(*settings, "serve"); !possible) return schema::unexpected(possible.error());
    if (auto loaded = load(certificate_, *settings); !loaded) return schema::unexpected(loaded.error());
    wanted_ = *parse_endpoint(settings->listen);
    // What is refused leaves nothing behind.
    const bool fresh = !std::filesystem::exists(settings->database_path);
    if (fresh && !wanted_.is_loopback() && !settings->insecure_open && settings->user_header.empty())
      return schema::unexpected(nobody_could_log_in(*settings, wanted_));

    const auto sole = sole_server(*settings);
    if (!sole) return schema::unexpected(sole.error());
    readers_ = std::make_unique<schema::Readers>(settings->database_path, database_connections);
    if (auto ready = prepare_database(*settings, *readers_); !ready) return schema::unexpected(ready.error());
    const auto open = openness(*settings, *readers_, wanted_);
    if (!open) return schema::unexpected(open.error());

    StopSignals signals;
    Storage storage(*settings, [] { ::kill(::getpid(), SIGTERM); });
    storage_ = &storage;
    CurrentService current(make_service(*settings));
    HttpServer http([&](const Request& request) { return current.answer(request); }, limits(*settings),
                    settings->tls_certificate.empty() ? nullptr : &certificate_);
    metrics_.threads_busy = [&] { return http.busy(); };
    std::optional<HttpServer> monitoring;
    if (!settings->metrics_listen.empty()) {
      HttpLimits few;
      few.workers = 2;
      monitoring.emplace([&](const Request& request) { return current.answer_monitoring(request); }, few);
      if (const auto bound = monitoring->start(*parse_endpoint(settings->metrics_listen)); !bound)
        return schema::unexpected(bound.error());
    }
    const auto endpoint = http.start(wanted_);
    if (!endpoint) return schema::unexpected(endpoint.error());
    if (auto started = current.get()->start(); !started) return schema::unexpected(started.error());
    tell_start(*settings, *endpoint, *open);
    notify("READY=1");

    const std::string_view signal = wait(signals, current);
    log_event(LogLevel::info, "stopping", {{"signal", std::string(signal)}});
    notify("STOPPING=1");
    current.get()->stop();
    http.stop();
    if (monitoring) monitoring->stop();
    log_event(LogLevel::info, "stopped");
    return storage.failed() ? exit_try_again : exit_done;
  }

 private:
  std::shared_ptr<Service> make_service(Settings settings) {
    return std::make_shared<Service>(std::move(settings), wanted_, *readers_, *storage_, metrics_, !options_.no_fetch);
  }

  HttpLimits limits(const Settings& settings) {
    HttpLimits limits;
    limits.refused = [this](int status) { metrics_.refused(status); };
    limits.user_header = settings.user_header;
    limits.log_refusals = settings.access_log;
    limits.upload_path = settings.base_prefix() + "/api/v1/reports";
    limits.unasked_body_bytes = 64 * 1024;
    return limits;
  }

  static void tell_start(const Settings& settings, const Endpoint& endpoint, Openness open) {
    if (open == Openness::everybody) warn_of_network(endpoint);
    fmt::print("Ruadar serves {}://{}{}/ ({}; database {})\n", settings.tls_certificate.empty() ? "http" : "https",
               endpoint.to_string(), settings.base_prefix(), described(open), settings.database_path);
    std::fflush(stdout);
    log_event(LogLevel::info, "started",
              {{"listen", endpoint.to_string()},
               {"version", std::string(version())},
               {"access", std::string(described(open))}});
  }

  // Until INT or TERM; its name. The service manager hears from us at least every half minute.
  std::string_view wait(StopSignals& signals, CurrentService& current) {
    const auto interval = std::min(watchdog_interval().value_or(status_interval), status_interval);
    for (;;) {
      if (notify("WATCHDOG=1")) notify("STATUS=" + current.get()->status());
      switch (signals.wait(interval)) {
        case SIGHUP:
          notify_reloading();
          if (const auto done = reload(current); !done)
            log_event(LogLevel::error, "not_reloaded", {{"error", done.error().message}});
          notify("READY=1");
          break;
        case SIGUSR1:
          log_event(LogLevel::info, "fetch_now", {{"mailboxes", std::to_string(current.get()->fetch_now())}});
          break;
        case SIGINT:
          return "INT";
        case SIGTERM:
          return "TERM";
        default:
          break;  // the time is over
      }
    }
  }

  // On error everything is as it was.
  schema::Status reload(CurrentService& current) {
    auto settings = globals_.settings(flags_);
    if (!settings) return schema::unexpected(settings.error());
    if (auto good = check(*settings); !good) return good;
    if (auto possible = check_readers(*settings, "serve"); !possible) return possible;
    const auto before = current.get();
    const std::string kept = keep_what_listens(before->settings(), *settings);
    if (const auto open = openness(*settings, *readers_, wanted_); !open) return schema::unexpected(open.error());
    if (auto loaded = load(certificate_, *settings); !loaded) return loaded;
    auto service = make_service(*settings);
    current.exchange(service);
    // One after the other: two must not fetch from the same mailbox.
    before->stop();
    if (const auto started = service->start(); !started)
      log_event(LogLevel::error, "lmtp_not_started", {{"error", started.error().message}});
    if (!kept.empty()) log_event(LogLevel::warning, "needs_restart", {{"settings", kept}});
    log_event(LogLevel::info, "reloaded");
    return {};
  }

  const Options& options_;
  const Globals& globals_;
  std::vector<SettingSources::Flag> flags_;
  Endpoint wanted_;
  TlsCertificate certificate_;
  Metrics metrics_;
  std::unique_ptr<schema::Readers> readers_;
  Storage* storage_ = nullptr;
};

int serve(const Options& options, const Globals& globals) {
  const auto done = Serving(options, globals).run();
  return done ? *done : fail("serve", done.error());
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
      "HUP reads settings and TLS certificate again; what is wrong with them is logged, and the old ones hold on. "
      "USR1\n"
      "looks at every mailbox now.\n"
      "TERM and INT let requests in hand end, for at most 20 seconds; a second signal ends it at once.";
  command.options = {
      {"--listen", "ADDR:PORT", "Where to listen; 127.0.0.1:8080, port 0 takes a free one", &options->listen},
      {"--base-path", "PATH", "Path below which everything stands, such as /dmarc", &options->base_path},
      {"--insecure-open", "", "Serve to the network although there are no users", &options->insecure_open},
      {"--no-fetch", "", "Do not watch the mailboxes of the configuration", &options->no_fetch},
      no_sandbox_option(&options->no_sandbox)};
  command.exit_codes = {exit_done, exit_failed, exit_usage, exit_try_again, exit_no_permission, exit_configuration};
  command.examples = {"ruadar serve --db reports.db",
                      "ruadar serve -c /etc/ruadar/ruadar.toml --listen 127.0.0.1:9000 --base-path /dmarc"};
  command.run = [options](const Globals& globals) { return serve(*options, globals); };
  return command;
}

}  // namespace server
