#include "server/commands/service.h"

#include <fmt/format.h>

#include <utility>

#include "schema/ip_address.h"
#include "schema/stock.h"
#include "server/api/routes.h"
#include "server/assets.h"
#include "server/commands/ingesting.h"
#include "server/commands/lmtp.h"
#include "server/http_answers.h"
#include "server/http_limits.h"
#include "server/site.h"
#include "server/version.h"

namespace server {
namespace {

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

// Who scrapes knows us by any of our names, and asks for nothing that a browser would.
SiteOptions monitoring_options(const Settings& settings) {
  const Endpoint wanted = *parse_endpoint(settings.metrics_listen);
  SiteOptions site;
  site.hosts.loopback = wanted.is_loopback();
  site.hosts.address = wanted.address;
  site.hosts.names = settings.hosts;
  return site;
}

}  // namespace

Service::Service(Settings settings, const Endpoint& wanted, schema::Readers& readers, Storage& storage,
                 Metrics& metrics, bool watch)
    : settings_(std::move(settings)),
      readers_(readers),
      storage_(storage),
      metrics_(metrics),
      retention_(settings_, storage),
      upkeep_(settings_, storage),
      access_(settings_.database_path, readers, access_settings(settings_, wanted.is_loopback())),
      monitor_(metrics, settings_.database_path, settings_.metrics_label_values) {
  context_.access = &access_;
  context_.version = version();
  context_.base_path = settings_.base_prefix();
  context_.open_to_network = !wanted.is_loopback();
  context_.readers = &readers;
  context_.answers = &answers_;
  context_.heavy = &heavy_;
  context_.upload_bytes = HttpLimits().upload_bytes;
  context_.storage = [&storage] { return storage.report(); };
  context_.retention = [this] { return retention_.report(); };
  context_.metrics = &metrics;
  if (settings_.metrics_listen.empty()) context_.monitor = &monitor_;
  context_.ready_requires_mailbox = settings_.ready_requires_mailbox;
  add_writing(context_, settings_, &storage);
  if (watch && !settings_.mailboxes.empty()) {
    mailboxes_.emplace(settings_, storage, metrics);
    mailboxes_->add_to(context_);
  }
  SiteOptions options = site_options(settings_, wanted, access_);
  options.observe = [&metrics](const Request& request, const Response& response, double seconds) {
    metrics.request(response.route, request.method, response.status, seconds);
  };
  site_ = site(options, embedded_assets(), [this](const Request& request) { return respond(context_, request); });
  if (!settings_.metrics_listen.empty())
    monitoring_site_ = site(monitoring_options(settings_), {}, [this](const Request& request) {
      if (request.path.rfind("/api/", 0) == 0) return problem_response(404);
      ApiContext context = context_;
      context.monitor = &monitor_;
      return respond(context, request);
    });
}

schema::Status Service::start() {
  storage_.change(settings_);
  retention_.start();
  upkeep_.start();
  if (mailboxes_) mailboxes_->start();
  if (settings_.lmtp_listen.empty()) return {};
  auto started = start_lmtp(settings_, storage_, metrics_);
  if (!started) return schema::unexpected(started.error());
  lmtp_ = std::move(*started);
  return {};
}

void Service::stop() {
  retention_.stop();
  upkeep_.stop();
  if (mailboxes_) mailboxes_->stop();
  if (lmtp_) lmtp_->stop();
  lmtp_ = nullptr;
}

std::size_t Service::fetch_now() {
  return mailboxes_ ? mailboxes_->fetch_now("") : 0;
}

std::string Service::status() const {
  std::string text;
  if (mailboxes_)
    for (const MailboxReport& mailbox : mailboxes_->reports())
      text += fmt::format("{}: {}, ", mailbox.name, mailbox.state);
  const auto reader = readers_.lend(std::chrono::seconds(0));
  if (!reader) return text + reader.error().code;
  const auto stock = schema::stock((*reader)->database());
  return text + (stock ? fmt::format("{} reports", stock->reports) : stock.error().code);
}

std::shared_ptr<Service> CurrentService::get() const {
  const std::lock_guard lock(mutex_);
  return service_;
}

void CurrentService::exchange(std::shared_ptr<Service> service) {
  const std::lock_guard lock(mutex_);
  service_ = std::move(service);
}

Response CurrentService::answer(const Request& request) const {
  const auto service = get();
  Response response = service->answer(request);
  if (response.stream)
    response.stream = [service, stream = std::move(response.stream)](const BodySink& sink) { return stream(sink); };
  return response;
}

}  // namespace server
