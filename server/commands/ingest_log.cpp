#include "server/commands/ingest_log.h"

#include <fmt/format.h>

#include <utility>

#include "server/log.h"

namespace server {

using schema::Outcome;

void tell_outcome(std::string_view mailbox, const ingest::DocumentOutcome& outcome) {
  const std::string from(mailbox);
  const std::string report = outcome.report_id ? std::to_string(*outcome.report_id) : "";
  const std::string failure = outcome.failure_id ? std::to_string(*outcome.failure_id) : "";
  switch (outcome.outcome) {
    case Outcome::stored:
      log_event(LogLevel::info, "report_stored",
                {{"mailbox", from},
                 {"reporter", outcome.reporter},
                 {"domain", outcome.domain},
                 {"report", report},
                 {"records", std::to_string(outcome.records)},
                 {"messages", std::to_string(outcome.messages)}});
      break;
    case Outcome::duplicate:
      log_event(LogLevel::debug, "report_duplicate", {{"mailbox", from}, {"name", outcome.name}, {"report", report}});
      break;
    case Outcome::conflict:
      log_event(LogLevel::warning, "report_conflict",
                {{"mailbox", from}, {"name", outcome.name}, {"report", report}, {"failure", failure}});
      break;
    case Outcome::quarantined:
      log_event(LogLevel::warning, "report_quarantined",
                {{"mailbox", from},
                 {"name", outcome.name},
                 {"code", outcome.code},
                 {"detail", outcome.detail},
                 {"failure", failure}});
      break;
    case Outcome::ignored:
      log_event(LogLevel::debug, "mail_ignored", {{"mailbox", from}, {"name", outcome.name}, {"code", outcome.code}});
      break;
  }
}

void tell_run(std::string_view mailbox, const ingest::IngestTotals& totals) {
  if (totals.mails == 0) return;
  const auto count = [&](Outcome outcome) {
    return std::to_string(totals.outcomes[static_cast<std::size_t>(outcome)]);
  };
  log_event(LogLevel::info, "run_ended",
            {{"mailbox", std::string(mailbox)},
             {"run", std::to_string(totals.run_id)},
             {"mails", std::to_string(totals.mails)},
             {"stored", count(Outcome::stored)},
             {"duplicate", count(Outcome::duplicate)},
             {"conflict", count(Outcome::conflict)},
             {"quarantined", count(Outcome::quarantined)},
             {"ignored", count(Outcome::ignored)},
             {"ms", fmt::format("{:.0f}", totals.seconds * 1000)}});
}

ingest::IngestWatch telling_watch(std::string mailbox) {
  ingest::IngestWatch watch;
  watch.outcome = [mailbox = std::move(mailbox)](const ingest::DocumentOutcome& outcome) {
    tell_outcome(mailbox, outcome);
  };
  return watch;
}

}  // namespace server
