// GET /api/v1/records
#include "server/api/records.h"

#include "schema/policy_words.h"
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

const RecordLine& RecordLines::line(const FlatRecord& record) {
  line_.row = &record;
  if (record.report != report_) {
    report_ = record.report;
    line_.day = schema::day_text(record.day);
    line_.begin = schema::time_text(record.begin);
    line_.end = schema::time_text(record.end);
    line_.policy_json = policy_json(record.policy);
    line_.policy_words = schema::policy_words(record.policy);
  }
  return line_;
}

const std::vector<Column<RecordLine>>& record_columns() {
  static const std::vector<Column<RecordLine>> all = {
      {"day", [](Cell& cell, const RecordLine& line) { cell.text(line.day); }},
      {"report", [](Cell& cell, const RecordLine& line) { cell.number(line.row->report); }},
      {"record", [](Cell& cell, const RecordLine& line) { cell.number(line.row->record); }},
      {"report_id", [](Cell& cell, const RecordLine& line) { cell.text(line.row->report_id); }},
      {"reporter", [](Cell& cell, const RecordLine& line) { cell.text(line.row->reporter); }},
      {"domain", [](Cell& cell, const RecordLine& line) { cell.text(line.row->domain); }},
      {"header_from",
       [](Cell& cell, const RecordLine& line) {
         line.row->header_from.empty() ? cell.null() : cell.text(line.row->header_from);
       }},
      {"envelope_from", [](Cell& cell, const RecordLine& line) { maybe_text(cell, line.row->envelope_from); }},
      {"envelope_to", [](Cell& cell, const RecordLine& line) { maybe_text(cell, line.row->envelope_to); }},
      {"ip", [](Cell& cell, const RecordLine& line) { cell.maybe(line.row->ip); }},
      {"messages", [](Cell& cell, const RecordLine& line) { cell.number(line.row->messages); }},
      {"disposition", [](Cell& cell, const RecordLine& line) { cell.text(schema::name(line.row->disposition)); }},
      {"dkim", [](Cell& cell, const RecordLine& line) { cell.text(schema::name(line.row->dkim)); }},
      {"spf", [](Cell& cell, const RecordLine& line) { cell.text(schema::name(line.row->spf)); }},
      {"class", [](Cell& cell, const RecordLine& line) { cell.text(schema::name(line.row->result_class)); }},
      {"combination", [](Cell& cell, const RecordLine& line) { cell.text(line.row->combination); }},
      {"override", [](Cell& cell, const RecordLine& line) { stored(cell, line.row->overrides); }},
      {"dkim_results", [](Cell& cell, const RecordLine& line) { stored(cell, line.row->dkim_results); }},
      {"spf_results", [](Cell& cell, const RecordLine& line) { stored(cell, line.row->spf_results); }},
      {"policy",
       [](Cell& cell, const RecordLine& line) {
         cell.flat() ? cell.text(line.policy_words) : cell.json(line.policy_json);
       }},
      {"begin", [](Cell& cell, const RecordLine& line) { cell.text(line.begin); }},
      {"end", [](Cell& cell, const RecordLine& line) { cell.text(line.end); }},
      {"raw", [](Cell& cell, const RecordLine& line) { line.row->raw ? stored(cell, *line.row->raw) : cell.absent(); }},
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
        RecordLines lines;
        return schema::records(database, selection, page,
                               [&](const FlatRecord& record) { return sink(lines.line(record)); });
      }));
}

}  // namespace server
