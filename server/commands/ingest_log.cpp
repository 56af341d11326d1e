#include "server/commands/ingest_log.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "server/log.h"

namespace server {

using schema::Outcome;

void IngestTelling::outcome(const ingest::DocumentOutcome& outcome) const {
  if (metrics_ != nullptr) metrics_->ingested(mailbox_, schema::name(outcome.outcome));
  const std::string report = outcome.report_id ? std::to_string(*outcome.report_id) : "";
  const std::string failure = outcome.failure_id ? std::to_string(*outcome.failure_id) : "";
  switch (outcome.outcome) {
    case Outcome::stored:
      log_event(LogLevel::info, "report_stored",
                {{"mailbox", mailbox_},
                 {"reporter", outcome.reporter},
                 {"domain", outcome.domain},
                 {"report", report},
                 {"records", std::to_string(outcome.records)},
                 {"messages", std::to_string(outcome.messages)}});
      break;
    case Outcome::duplicate:
      log_event(LogLevel::debug, "report_duplicate",
                {{"mailbox", mailbox_}, {"name", outcome.name}, {"report", report}});
      break;
    case Outcome::conflict:
      log_event(LogLevel::warning, "report_conflict",
                {{"mailbox", mailbox_}, {"name", outcome.name}, {"report", report}, {"failure", failure}});
      break;
    case Outcome::quarantined:
      log_event(LogLevel::warning, "report_quarantined",
                {{"mailbox", mailbox_},
                 {"name", outcome.name},
                 {"code", outcome.code},
                 {"detail", outcome.detail},
                 {"failure", failure}});
      break;
    case Outcome::ignored:
      log_event(LogLevel::debug, "mail_ignored",
                {{"mailbox", mailbox_}, {"name", outcome.name}, {"code", outcome.code}});
      break;
  }
}

void IngestTelling::run(const ingest::IngestTotals& totals) const {
  if (totals.mails == 0) return;
  const auto count = [&](Outcome outcome) {
    return std::to_string(totals.outcomes[static_cast<std::size_t>(outcome)]);
  };
  log_event(LogLevel::info, "run_ended",
            {{"mailbox", mailbox_},
             {"run", std::to_string(totals.run_id)},
             {"mails", std::to_string(totals.mails)},
             {"stored", count(Outcome::stored)},
             {"duplicate", count(Outcome::duplicate)},
             {"conflict", count(Outcome::conflict)},
             {"quarantined", count(Outcome::quarantined)},
             {"ignored", count(Outcome::ignored)},
             {"ms", fmt::format("{:.0f}", totals.seconds * 1000)}});
}

ingest::IngestWatch IngestTelling::watch() const {
  ingest::IngestWatch watch;
  watch.outcome = [this](const ingest::DocumentOutcome& one) { outcome(one); };
  if (metrics_ != nullptr)
    watch.timed = [metrics = metrics_](std::string_view step, double seconds) { metrics->stage(step, seconds); };
  return watch;
}

ingest::MessageReader IngestTelling::timed(ingest::MessageReader reader) const {
  if (metrics_ == nullptr) return reader;
  return [metrics = metrics_, reader = std::move(reader)](const auto&... what) {
    const auto begun_at = std::chrono::steady_clock::now();
    auto reading = reader(what...);
    metrics->stage("read", std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_at).count());
    return reading;
  };
}

}  // namespace server
