#include "server/commands/totals.h"

#include <fmt/format.h>

#include "schema/reason.h"

namespace server {

using schema::Outcome;

std::int64_t failures(const schema::RunTotals& totals) {
  return totals.of(Outcome::quarantined) + totals.of(Outcome::conflict);
}

void write_totals(JsonWriter& json, const ingest::IngestTotals& totals) {
  json.member("mails", totals.mails).member("attachments", totals.attachments());
  for (const Outcome outcome :
       {Outcome::stored, Outcome::duplicate, Outcome::conflict, Outcome::quarantined, Outcome::ignored})
    json.member(schema::name(outcome), totals.of(outcome));
  json.member("records", totals.records).member("messages", totals.messages);
  json.key("seconds").raw(fmt::format("{:.3f}", totals.seconds));
}

std::string totals_text(const ingest::IngestTotals& totals, bool kept) {
  const std::int64_t failed = failures(totals);
  std::string line = fmt::format("{} mails: {} stored, {} duplicate, {} failed", totals.mails,
                                 totals.of(Outcome::stored), totals.of(Outcome::duplicate), failed);
  if (failed > 0 && kept) line += fmt::format(" (ruadar failures list --run {})", totals.run_id);
  if (totals.of(Outcome::ignored) > 0) line += fmt::format(", {} without a report", totals.of(Outcome::ignored));
  if (totals.unread > 0) line += fmt::format(", {} unreadable", totals.unread);
  if (totals.skipped > 0) line += fmt::format(", {} skipped (done before)", totals.skipped);
  return line;
}

}  // namespace server
