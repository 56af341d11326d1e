// GET /metrics
#include <sys/stat.h>

#include <algorithm>

#include "schema/monitoring.h"
#include "server/access/access.h"
#include "server/api/monitor.h"
#include "server/api/problem.h"
#include "server/api/reading.h"
#include "server/api/resources.h"
#include "server/version.h"

namespace server {
namespace {

double number(std::int64_t value) {
  return static_cast<double>(value);
}

std::int64_t file_bytes(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_size : 0;
}

void write_mailboxes(MetricsText& text, const std::vector<MailboxReport>& mailboxes) {
  const std::int64_t now = now_seconds();
  text.family("ruadar_ingest_last_success_timestamp_seconds");
  for (const auto& mailbox : mailboxes)
    if (mailbox.checked_at) text.sample({{"mailbox", mailbox.name}}, number(*mailbox.checked_at));
  text.family("ruadar_ingest_lag_seconds");
  for (const auto& mailbox : mailboxes) {
    const bool current = mailbox.state == "watching" && mailbox.lag == 0;
    // Without any success there is nothing to count from.
    if (current || mailbox.checked_at)
      text.sample({{"mailbox", mailbox.name}},
                  current ? 0 : number(std::max<std::int64_t>(now - *mailbox.checked_at, 0)));
  }
  text.family("ruadar_ingest_lag_mails");
  for (const auto& mailbox : mailboxes) text.sample({{"mailbox", mailbox.name}}, number(mailbox.lag));
  text.family("ruadar_imap_connected");
  for (const auto& mailbox : mailboxes)
    text.sample({{"mailbox", mailbox.name}}, mailbox.state == "watching" || mailbox.state == "fetching" ? 1 : 0);
}

}  // namespace

schema::Status Monitor::refresh(schema::Readers& readers) {
  const auto reader = readers.lend(std::chrono::seconds(1));
  if (!reader) return schema::unexpected(reader.error());
  (*reader)->allow(query_time);
  const auto generation = schema::generation((*reader)->database());
  if (!generation) return schema::unexpected(generation.error());
  const auto now = std::chrono::steady_clock::now();
  if (figures_ && (generation_ == *generation || now < next_)) return {};
  auto figures = schema::monitoring((*reader)->database(), label_values_);
  if (!figures) return schema::unexpected(figures.error());
  figures_ = std::move(*figures);
  generation_ = *generation;
  next_ = now + least_interval;
  return {};
}

// What is pruned was counted all the same: a counter that went down would look like one that began anew.
double Monitor::never_down(const std::string& key, std::int64_t value) {
  Seen& seen = seen_[key];
  if (value < seen.last) seen.gone += seen.last - value;
  seen.last = value;
  return number(value + seen.gone);
}

void Monitor::write_database(MetricsText& text) {
  const auto name = [](const schema::DomainFigures& domain) {
    return domain.domain.empty() ? std::string_view("other") : std::string_view(domain.domain);
  };
  text.family("ruadar_messages_total");
  for (const auto& domain : figures_->domains) {
    for (std::size_t i = 0; i < domain.messages.size(); ++i) {
      const auto result_class = schema::name(static_cast<schema::ResultClass>(i));
      text.sample({{"domain", name(domain)}, {"class", result_class}},
                  never_down(std::string(name(domain)) + ' ' + std::string(result_class), domain.messages[i]));
    }
  }
  text.family("ruadar_reports_total");
  for (const auto& domain : figures_->domains) {
    const std::string key(name(domain));
    for (const auto& [outcome, count] : {std::pair<std::string_view, std::int64_t>("stored", domain.stored),
                                         {"duplicate", domain.duplicate},
                                         {"conflict", domain.conflict}})
      text.sample({{"domain", key}, {"outcome", outcome}}, never_down(key + ' ' + std::string(outcome), count));
  }
  text.family("ruadar_reporter_last_report_timestamp_seconds");
  for (const auto& [reporter, seconds] : figures_->reporters) text.sample({{"reporter", reporter}}, number(seconds));
  text.family("ruadar_domain_policy_info");
  for (const auto& domain : figures_->domains)
    if (!domain.p.empty()) text.sample({{"domain", name(domain)}, {"p", domain.p}, {"sp", domain.sp}}, 1);
  text.family("ruadar_ingest_failures_total");
  for (const auto& [code, count] : figures_->failures)
    text.sample({{"reason", code}}, never_down("failures " + code, count));
  text.family("ruadar_ingest_failures_open");
  text.sample({}, number(figures_->failures_open));
}

std::string Monitor::text(const ApiContext& context) {
  const std::lock_guard lock(mutex_);
  MetricsText text;
  const auto read = refresh(*context.readers);
  if (figures_) write_database(text);
  text.family("ruadar_db_up");
  text.sample({}, read ? 1 : 0);
  text.family("ruadar_db_size_bytes");
  text.sample({}, number(file_bytes(database_path_) + file_bytes(database_path_ + "-wal")));
  if (context.mailboxes) write_mailboxes(text, context.mailboxes());
  metrics_.write(text);
  text.family("ruadar_build_info");
  text.sample({{"version", context.version}, {"commit", commit()}}, 1);
  return text.take();
}

Response get_metrics(const ApiContext& context, const Request&, const PathValues&) {
  if (context.monitor == nullptr) return not_found();
  Response response;
  response.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}, {"Cache-Control", "no-store"}};
  response.body = context.monitor->text(context);
  return response;
}

}  // namespace server
