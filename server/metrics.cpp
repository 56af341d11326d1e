#include "server/metrics.h"

#include <fmt/format.h>

#include <algorithm>

namespace server {
namespace {

const std::vector<double> request_bounds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
const std::vector<double> stage_bounds{0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30};

constexpr std::array<std::string_view, 6> methods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};

std::string escaped(std::string_view text, bool in_quotes) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && in_quotes) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

const std::vector<MetricFamily>& metric_families() {
  static const std::vector<MetricFamily> table = {
      {"ruadar_messages_total", "counter", "domain, class",
       "Messages that reports told of, by policy domain and result class."},
      {"ruadar_reports_total", "counter", "domain, outcome",
       "Reports by policy domain: stored, duplicate (came again), conflict (contradicts one that is stored)."},
      {"ruadar_reporter_last_report_timestamp_seconds", "gauge", "reporter",
       "Beginning of the newest day that a reporter told of."},
      {"ruadar_domain_policy_info", "gauge", "domain, p, sp", "1: the policy of a domain in its newest report."},
      {"ruadar_ingest_mails_total", "counter", "mailbox, outcome",
       "Attachments by what became of them since the start; a mail without any counts as one. Uploads and LMTP are "
       "mailboxes, too."},
      {"ruadar_ingest_failures_total", "counter", "reason", "What could not be counted, by reason code."},
      {"ruadar_ingest_failures_open", "gauge", "", "Of these, what waits for a decision."},
      {"ruadar_ingest_last_success_timestamp_seconds", "gauge", "mailbox",
       "When everything in a mailbox was last known to be read."},
      {"ruadar_ingest_lag_seconds", "gauge", "mailbox",
       "How long ago that was, while mails wait or the mailbox cannot be read; else 0."},
      {"ruadar_ingest_lag_mails", "gauge", "mailbox", "Mails that were seen in a mailbox and are not yet stored."},
      {"ruadar_ingest_duration_seconds", "histogram", "stage",
       "Time for one mail: fetch (from the mailbox), read (taken apart), store; and for a commit of some of them."},
      {"ruadar_imap_connected", "gauge", "mailbox", "1: logged in to the mailbox, by IMAP or POP3."},
      {"ruadar_http_requests_total", "counter", "route, method, code",
       "Requests by the pattern of their address, since the start. What was refused before it was understood has "
       "the route refused."},
      {"ruadar_http_request_duration_seconds", "histogram", "route",
       "Time until the answer, or its stream, was ready."},
      {"ruadar_http_threads_busy", "gauge", "", "Threads that are at a request, of 8."},
      {"ruadar_db_size_bytes", "gauge", "", "The database file with its write-ahead log."},
      {"ruadar_db_up", "gauge", "", "1: the database can be read."},
      {"ruadar_build_info", "gauge", "version, commit", "1: what is running."},
  };
  return table;
}

void MetricsText::family(std::string_view name) {
  const auto& table = metric_families();
  const auto found = std::find_if(table.begin(), table.end(), [&](const auto& family) { return family.name == name; });
  if (found == table.end()) return;
  name_ = found->name;
  text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name_, escaped(found->help, false), name_, found->type);
}

void MetricsText::line(std::string_view suffix, Labels labels, double value, std::string_view bound) {
  text_ += fmt::format("{}{}", name_, suffix);
  char opening = '{';
  for (const auto& [label, content] : labels) {
    text_ += fmt::format("{}{}=\"{}\"", opening, label, escaped(content, true));
    opening = ',';
  }
  if (!bound.empty()) {
    text_ += fmt::format("{}le=\"{}\"", opening, bound);
    opening = ',';
  }
  if (opening == ',') text_ += '}';
  text_ += fmt::format(" {}\n", value);
}

void MetricsText::histogram(Labels labels, const std::vector<double>& bounds, const std::vector<std::uint64_t>& counts,
                            double sum) {
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    so_far += counts[i];
    line("_bucket", labels, static_cast<double>(so_far), i < bounds.size() ? fmt::format("{}", bounds[i]) : "+Inf");
  }
  line("_sum", labels, sum);
  line("_count", labels, static_cast<double>(so_far));
}

void Metrics::Histogram::add(const std::vector<double>& bounds, double seconds) {
  counts.resize(bounds.size() + 1);
  const auto bucket = std::lower_bound(bounds.begin(), bounds.end(), seconds) - bounds.begin();
  ++counts[static_cast<std::size_t>(bucket)];
  sum += seconds;
}

void Metrics::request(std::string_view route, std::string_view method, int status, double seconds) {
  const bool known = std::find(methods.begin(), methods.end(), method) != methods.end();
  const std::lock_guard lock(mutex_);
  ++requests_[{std::string(route), std::string(known ? method : "other"), std::to_string(status)}];
  request_times_[std::string(route)].add(request_bounds, seconds);
}

void Metrics::refused(int status) {
  const std::lock_guard lock(mutex_);
  ++requests_[{"refused", "other", std::to_string(status)}];
}

void Metrics::ingested(std::string_view mailbox, std::string_view outcome) {
  const std::lock_guard lock(mutex_);
  ++ingested_[{std::string(mailbox), std::string(outcome)}];
}

void Metrics::stage(std::string_view stage, double seconds) {
  const std::lock_guard lock(mutex_);
  stages_[std::string(stage)].add(stage_bounds, seconds);
}

void Metrics::write(MetricsText& text) const {
  const std::lock_guard lock(mutex_);
  text.family("ruadar_ingest_mails_total");
  for (const auto& [key, count] : ingested_)
    text.sample({{"mailbox", key.first}, {"outcome", key.second}}, static_cast<double>(count));
  text.family("ruadar_ingest_duration_seconds");
  for (const auto& [stage, times] : stages_) text.histogram({{"stage", stage}}, stage_bounds, times.counts, times.sum);
  text.family("ruadar_http_requests_total");
  for (const auto& [key, count] : requests_)
    text.sample({{"route", key[0]}, {"method", key[1]}, {"code", key[2]}}, static_cast<double>(count));
  text.family("ruadar_http_request_duration_seconds");
  for (const auto& [route, times] : request_times_)
    text.histogram({{"route", route}}, request_bounds, times.counts, times.sum);
  text.family("ruadar_http_threads_busy");
  text.sample({}, threads_busy ? static_cast<double>(threads_busy()) : 0);
}

}  // namespace server
