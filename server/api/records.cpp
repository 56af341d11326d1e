// GET /api/v1/records
#include "server/api/records.h"

#include "server/api/parts.h"
#include "server/api/reading.h"
#include "server/api/resources.h"

namespace server {
namespace {

using schema::FlatRecord;

void maybe_text(Cell& cell, const std::optional<std::string_view>& text) {
  text ? cell.text(*text) : cell.null();
}

// A list that the database keeps as JSON.
void stored(Cell& cell, std::string_view json) {
  std::string safe;
  append_json(safe, json);
  cell.json(safe);
}

}  // namespace

const std::vector<Column<FlatRecord>>& record_columns() {
  static const std::vector<Column<FlatRecord>> all = {
      {"day", [](Cell& cell, const FlatRecord& row) { cell.text(schema::day_text(row.day)); }},
      {"report", [](Cell& cell, const FlatRecord& row) { cell.number(row.report); }},
      {"record", [](Cell& cell, const FlatRecord& row) { cell.number(row.record); }},
      {"report_id", [](Cell& cell, const FlatRecord& row) { cell.text(row.report_id); }},
      {"reporter", [](Cell& cell, const FlatRecord& row) { cell.text(row.reporter); }},
      {"domain", [](Cell& cell, const FlatRecord& row) { cell.text(row.domain); }},
      {"header_from",
       [](Cell& cell, const FlatRecord& row) { row.header_from.empty() ? cell.null() : cell.text(row.header_from); }},
      {"envelope_from", [](Cell& cell, const FlatRecord& row) { maybe_text(cell, row.envelope_from); }},
      {"envelope_to", [](Cell& cell, const FlatRecord& row) { maybe_text(cell, row.envelope_to); }},
      {"ip", [](Cell& cell, const FlatRecord& row) { cell.maybe(row.ip); }},
      {"messages", [](Cell& cell, const FlatRecord& row) { cell.number(row.messages); }},
      {"disposition", [](Cell& cell, const FlatRecord& row) { cell.text(schema::name(row.disposition)); }},
      {"dkim", [](Cell& cell, const FlatRecord& row) { cell.text(schema::name(row.dkim)); }},
      {"spf", [](Cell& cell, const FlatRecord& row) { cell.text(schema::name(row.spf)); }},
      {"class", [](Cell& cell, const FlatRecord& row) { cell.text(schema::name(row.result_class)); }},
      {"combination", [](Cell& cell, const FlatRecord& row) { cell.text(row.combination); }},
      {"override", [](Cell& cell, const FlatRecord& row) { stored(cell, row.overrides); }},
      {"dkim_results", [](Cell& cell, const FlatRecord& row) { stored(cell, row.dkim_results); }},
      {"spf_results", [](Cell& cell, const FlatRecord& row) { stored(cell, row.spf_results); }},
      {"policy", [](Cell& cell, const FlatRecord& row) { write_policy(cell, row.policy); }},
      {"begin", [](Cell& cell, const FlatRecord& row) { cell.text(schema::time_text(row.begin)); }},
      {"end", [](Cell& cell, const FlatRecord& row) { cell.text(schema::time_text(row.end)); }},
      {"raw", [](Cell& cell, const FlatRecord& row) { row.raw ? stored(cell, *row.raw) : cell.absent(); }},
  };
  return all;
}

Response get_records(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  const auto asked = question.list(names(record_columns()), {"day"}, false, 3);
  if (!asked.page.order.descending) question.refuse("sort", "records come from the newest day on: sort=-day");
  const auto reading = read_with_filter(context, request, question);
  if (!reading) return reading.error();
  return list_answer(
      context, request, *reading, asked,
      list_of(record_columns(), [selection = reading->selection](schema::Database& database,
                                                                 const schema::PageRequest& page, const auto& sink) {
        return schema::records(database, selection, page, sink);
      }));
}

}  // namespace server
