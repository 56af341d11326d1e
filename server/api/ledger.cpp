// GET /api/v1/ingest/messages
#include <algorithm>
#include <array>
#include <cstdint>

#include "schema/day.h"
#include "schema/ledger_list.h"
#include "server/api/list.h"
#include "server/api/parts.h"
#include "server/api/reading.h"
#include "server/api/resources.h"

namespace server {
namespace {

using schema::LedgerRow, schema::Outcome;

void write_outcomes(Cell& cell, const LedgerRow& row) {
  JsonWriter json;
  json.begin_array();
  for (const auto& outcome : row.outcomes) {
    json.begin_object()
        .member("name", outcome.name)
        .member("outcome", schema::name(outcome.outcome))
        .member("code", outcome.code)
        .member("report", outcome.report)
        .member("failure", outcome.failure)
        .end_object();
  }
  cell.json(json.end_array().str());
}

const std::vector<Column<LedgerRow>>& ledger_columns() {
  static const std::vector<Column<LedgerRow>> all = {
      {"id", [](Cell& cell, const LedgerRow& row) { cell.number(row.id); }},
      {"origin", [](Cell& cell, const LedgerRow& row) { cell.text(row.origin); }},
      {"position", [](Cell& cell, const LedgerRow& row) { cell.text(row.position); }},
      {"kind", [](Cell& cell, const LedgerRow& row) { cell.text(row.kind); }},
      {"subject", [](Cell& cell, const LedgerRow& row) { cell.maybe(row.subject); }},
      {"from", [](Cell& cell, const LedgerRow& row) { cell.maybe(row.from); }},
      {"message_id", [](Cell& cell, const LedgerRow& row) { cell.maybe(row.message_id); }},
      {"received",
       [](Cell& cell, const LedgerRow& row) {
         row.received ? cell.text(schema::time_text(*row.received)) : cell.null();
       }},
      {"read_at", [](Cell& cell, const LedgerRow& row) { cell.text(schema::time_text(row.read_at)); }},
      {"sha256", [](Cell& cell, const LedgerRow& row) { cell.text(row.sha256); }},
      {"bytes", [](Cell& cell, const LedgerRow& row) { cell.number(row.bytes); }},
      {"seen", [](Cell& cell, const LedgerRow& row) { cell.number(row.seen); }},
      {"run", [](Cell& cell, const LedgerRow& row) { cell.number(row.run); }},
      {"outcomes", write_outcomes},
  };
  return all;
}

schema::LedgerFilter filter(Question& question) {
  schema::LedgerFilter filter;
  filter.run = question.number("run", 1, INT64_MAX);
  if (const auto day = question.text("read_on")) {
    filter.read_on = schema::parse_day(*day);
    if (!filter.read_on) question.refuse("read_on", "'read_on' must be a day like 2026-11-18");
  }
  const auto words = question.texts("outcome");
  for (std::size_t i = 0; i < schema::outcome_count; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    if (std::find(words.begin(), words.end(), schema::name(outcome)) != words.end()) filter.outcomes.push_back(outcome);
  }
  for (const auto& word : words) {
    if (std::none_of(filter.outcomes.begin(), filter.outcomes.end(),
                     [&](Outcome outcome) { return word == schema::name(outcome); }))
      question.refuse("outcome", "'outcome' must be stored, duplicate, conflict, quarantined or ignored");
  }
  return filter;
}

}  // namespace

Response get_ledger(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  const auto wanted = filter(question);
  const auto asked = question.list(names(ledger_columns()), {}, false, 1);
  const auto reading = read_without_filter(context, request, question);
  if (!reading) return reading.error();
  auto list = list_of(ledger_columns(),
                      [wanted](schema::Database& database, const schema::PageRequest& page, const auto& sink) {
                        return schema::ledger_rows(database, wanted, page, sink);
                      });
  list.window = false;
  std::array<std::int64_t, schema::outcome_count> counts{};
  // A mail may hold several attachments: how many of them the rows of all pages hold is what `counts` says.
  list.meta = [&](JsonWriter& json) -> schema::Status {
    const auto counted = schema::outcome_counts(reading->database(), wanted);
    if (!counted) return schema::unexpected(counted.error());
    counts = *counted;
    std::int64_t attachments = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const bool asked_for =
          std::find(wanted.outcomes.begin(), wanted.outcomes.end(), static_cast<Outcome>(i)) != wanted.outcomes.end();
      if (asked_for || wanted.outcomes.empty()) attachments += counts[i];
    }
    json.member("attachments", attachments);
    return {};
  };
  list.beside = [&](JsonWriter& json) -> schema::Status {
    json.key("counts").begin_object();
    for (std::size_t i = 0; i < counts.size(); ++i) json.member(schema::name(static_cast<Outcome>(i)), counts[i]);
    json.end_object();
    return {};
  };
  return list_answer(context, request, *reading, asked, std::move(list));
}

}  // namespace server
