// GET /api/v1/policies
#include "schema/policies.h"

#include "server/api/list.h"
#include "server/api/parts.h"
#include "server/api/reading.h"
#include "server/api/resources.h"

namespace server {
namespace {

using schema::PolicyRow;

constexpr std::int64_t most_changes = 200;

void write_cells(Cell& cell, const PolicyRow& row) {
  JsonWriter json;
  json.begin_array();
  for (const auto& [disposition, result_class, messages] : row.cells) {
    json.begin_object()
        .member("disposition", schema::name(disposition))
        .member("class", schema::name(result_class))
        .member("messages", messages)
        .end_object();
  }
  cell.json(json.end_array().str());
}

const std::vector<Column<PolicyRow>>& columns() {
  static const auto all =
      joined<PolicyRow>({{{"domain", [](Cell& cell, const PolicyRow& row) { cell.text(row.domain); }},
                          {"policy", [](Cell& cell, const PolicyRow& row) { write_policy(cell, row.policy); }}},
                         class_columns<PolicyRow>(),
                         {{"reports", [](Cell& cell, const PolicyRow& row) { cell.number(row.reports); }},
                          {"reporters", [](Cell& cell, const PolicyRow& row) { cell.number(row.reporters); }}},
                         seen_columns<PolicyRow>(),
                         {{"cells", write_cells}}});
  return all;
}

schema::Status write_published(JsonWriter& json, const Reading& reading) {
  const auto shares = schema::published_shares(reading.database(), reading.selection);
  if (!shares) return schema::unexpected(shares.error());
  json.key("published").begin_array();
  for (const auto& [p, domains] : *shares) {
    json.begin_object().key("p");
    p == schema::Policy::unknown ? json.null() : json.value(schema::name(p));
    json.member("domains", domains).end_object();
  }
  json.end_array();
  return {};
}

schema::Status write_changes(JsonWriter& json, const Reading& reading) {
  const auto changes = schema::policy_changes(reading.database(), reading.selection, most_changes);
  if (!changes) return schema::unexpected(changes.error());
  json.key("changes").begin_array();
  for (const auto& change : *changes) {
    json.begin_object();
    write_day(json, "day", change.day);
    json.member("domain", change.domain).member("reporter", change.reporter);
    json.key("from").raw(policy_json(change.from)).key("to").raw(policy_json(change.to)).end_object();
  }
  json.end_array();
  return {};
}

}  // namespace

Response get_policies(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  const auto asked = question.list(names(columns()), schema::policy_sorts());
  const auto reading = read_with_filter(context, request, question);
  if (!reading) return reading.error();
  auto list = list_of(columns(), [selection = reading->selection](schema::Database& database,
                                                                  const schema::PageRequest& page, const auto& sink) {
    return schema::policies(database, selection, page, sink);
  });
  list.beside = [&](JsonWriter& json) {
    const auto published = write_published(json, *reading);
    return published ? write_changes(json, *reading) : published;
  };
  return list_answer(context, request, *reading, asked, std::move(list));
}

}  // namespace server
