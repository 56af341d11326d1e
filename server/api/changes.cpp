// GET /api/v1/changes
#include <fmt/format.h>

#include "server/api/change_rows.h"
#include "server/api/list.h"
#include "server/api/parts.h"
#include "server/api/resources.h"

namespace server {
namespace {

using schema::ChangeCode;

void write_numbers(Cell& cell, const ChangeRow& row) {
  JsonWriter json;
  json.begin_object();
  for (const auto& [name, number] : row.numbers) json.member(name, number);
  cell.json(json.end_object().str());
}

void maybe_policy(Cell& cell, const std::optional<schema::PolicyPublished>& policy) {
  policy ? write_policy(cell, *policy) : cell.null();
}

const std::vector<Column<ChangeRow>>& columns() {
  static const std::vector<Column<ChangeRow>> all = {
      {"id", [](Cell& cell, const ChangeRow& row) { cell.text(row.id); }},
      {"day", [](Cell& cell, const ChangeRow& row) { cell.text(schema::day_text(row.day)); }},
      {"code", [](Cell& cell, const ChangeRow& row) { cell.text(name(row.code)); }},
      {"level", [](Cell& cell, const ChangeRow& row) { cell.text(name(row.level)); }},
      {"domain", [](Cell& cell, const ChangeRow& row) { cell.maybe(row.domain); }},
      {"subject", [](Cell& cell, const ChangeRow& row) { cell.maybe(row.subject); }},
      {"sentence", [](Cell& cell, const ChangeRow& row) { cell.text(row.sentence); }},
      {"numbers", write_numbers},
      {"policy_before", [](Cell& cell, const ChangeRow& row) { maybe_policy(cell, row.before); }},
      {"policy_now", [](Cell& cell, const ChangeRow& row) { maybe_policy(cell, row.now); }},
      {"error", [](Cell& cell, const ChangeRow& row) { cell.maybe(row.error); }},
      {"evidence", [](Cell& cell, const ChangeRow& row) { cell.text(row.evidence); }},
  };
  return all;
}

Response json_changes(const ChangeAnswer& answer, const ListRequest& asked) {
  JsonWriter json;
  json.begin_object().key("data").begin_array();
  for (const auto& row : answer.rows) {
    json.begin_object();
    for (const auto column : asked.columns) write_member(json, columns()[column], row);
    json.end_object();
  }
  json.end_array().key("meta").begin_object();
  write_meta(json, answer.reading);
  json.key("found").begin_object();
  for (std::size_t i = 0; i < answer.found.size(); ++i) json.member(name(static_cast<ChangeCode>(i)), answer.found[i]);
  json.end_object().end_object().end_object();
  return json_answer(answer.reading, json);
}

}  // namespace

Response get_changes(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  const auto asked = question.rows(names(columns()));
  auto answer = read_changes(context, request, question);
  if (!answer) return answer.error();
  for (auto& row : answer->rows) row.evidence = context.base_path + "/api/v1/" + row.evidence;
  if (asked.format == Format::json) return json_changes(*answer, asked);
  return list_answer(context, request, answer->reading, asked,
                     list_of(columns(),
                             [rows = std::move(answer->rows)](schema::Database&, const schema::PageRequest&,
                                                              const auto& sink) -> schema::Result<schema::Paged> {
                               for (const auto& row : rows) {
                                 if (!sink(row)) break;
                               }
                               return schema::Paged{};
                             }));
}

}  // namespace server
