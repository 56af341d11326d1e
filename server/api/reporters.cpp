// GET /api/v1/reporters
#include "schema/reporters.h"

#include <fmt/format.h>

#include <cmath>

#include "server/api/list.h"
#include "server/api/parts.h"
#include "server/api/reading.h"
#include "server/api/resources.h"

namespace server {
namespace {

using schema::ReporterRow;

void write_emails(Cell& cell, const ReporterRow& row) {
  JsonWriter json;
  json.begin_array();
  for (const auto& email : row.emails) json.value(email);
  cell.json(json.end_array().str());
}

// To the hundredth.
void write_per_day(Cell& cell, const ReporterRow& row) {
  const auto reports = row.reports_per_day();
  reports ? cell.json(fmt::format("{}", std::round(*reports * 100) / 100)) : cell.null();
}

void write_notes(Cell& cell, const ReporterRow& row) {
  JsonWriter json;
  json.begin_array();
  for (const auto& [code, reports] : row.notes) {
    json.begin_object().member("code", code).member("reports", reports).end_object();
  }
  cell.json(json.end_array().str());
}

const std::vector<Column<ReporterRow>>& columns() {
  static const auto all = joined<ReporterRow>(
      {{{"reporter", [](Cell& cell, const ReporterRow& row) { cell.text(row.reporter); }}, {"emails", write_emails}},
       class_columns<ReporterRow>(),
       {{"reports", [](Cell& cell, const ReporterRow& row) { cell.number(row.reports); }},
        {"domains", [](Cell& cell, const ReporterRow& row) { cell.number(row.domains); }},
        // Which reporter saw which address is known to the records alone.
        {"sources", [](Cell& cell, const ReporterRow&) { cell.null(); }}},
       seen_columns<ReporterRow>(),
       {{"last_stored_at",
         [](Cell& cell, const ReporterRow& row) { cell.text(schema::time_text(row.last_stored_at)); }},
        {"days_with_reports", [](Cell& cell, const ReporterRow& row) { cell.number(row.days_with_reports); }},
        {"reports_per_day", write_per_day},
        {"usual_send_hour",
         [](Cell& cell, const ReporterRow& row) {
           row.usual_send_hour ? cell.number(*row.usual_send_hour) : cell.null();
         }},
        {"silent_days", [](Cell& cell, const ReporterRow& row) { cell.number(row.silent_days); }},
        {"notes", write_notes}}});
  return all;
}

}  // namespace

Response get_reporters(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  const auto asked = question.list(names(columns()), schema::reporter_sorts());
  const auto reading = read_with_filter(context, request, question);
  if (!reading) return reading.error();
  const auto list =
      list_of(columns(), [selection = reading->selection, fresh = reading->fresh](
                             schema::Database& database, const schema::PageRequest& page, const auto& sink) {
        return schema::reporters(database, selection, fresh, page, sink);
      });
  return list_answer(context, request, *reading, asked, list);
}

}  // namespace server
