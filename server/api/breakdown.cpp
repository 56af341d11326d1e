// GET /api/v1/breakdown
#include "schema/breakdown.h"

#include "server/api/list.h"
#include "server/api/parts.h"
#include "server/api/problem.h"
#include "server/api/reading.h"
#include "server/api/resources.h"

namespace server {
namespace {

using schema::BreakdownRow, schema::Dimension;

// For people who read the answer as it is; pages word it in their own language.
std::string label(Dimension by, const std::optional<std::string>& key) {
  if (!key) {
    switch (by) {
      case Dimension::ip:
        return "no address";
      case Dimension::override_type:
        return "no override";
      default:
        return "unknown";
    }
  }
  if (key->empty()) return "<>";
  return by == Dimension::policy ? "p=" + *key : *key;
}

struct LabelledRow : BreakdownRow {
  std::string label;
};

const std::vector<Column<LabelledRow>>& columns() {
  static const auto all =
      joined<LabelledRow>({{{"key", [](Cell& cell, const LabelledRow& row) { cell.maybe(row.key); }},
                            {"label", [](Cell& cell, const LabelledRow& row) { cell.text(row.label); }}},
                           class_columns<LabelledRow>(),
                           {{"reports", [](Cell& cell, const LabelledRow& row) { cell.maybe(row.reports); }}},
                           seen_columns<LabelledRow>()});
  return all;
}

}  // namespace

Response get_breakdown(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  const auto named = question.choice("by", schema::dimension_names());
  if (!named && question.errors().empty()) question.refuse("by", "'by' is missing");
  auto asked = question.list(names(columns()), schema::breakdown_sorts());
  // The same as limit, as charts ask for it.
  if (const auto top = question.number("top", 1, most_page_rows)) asked.page.limit = top;
  const auto reading = read_with_filter(context, request, question);
  if (!reading) return reading.error();

  const auto by = *schema::dimension_named(*named);
  const auto selection = reading->selection;
  auto list = list_of(columns(),
                      [selection, by](schema::Database& database, const schema::PageRequest& page, const auto& sink) {
                        return schema::breakdown(database, selection, by, page, [&](const BreakdownRow& row) {
                          return sink(LabelledRow{row, label(by, row.key)});
                        });
                      });
  list.meta = [&](JsonWriter& json) -> schema::Status {
    const auto totals = schema::totals(reading->database(), selection);
    if (!totals) return schema::unexpected(totals.error());
    json.member("total_messages", totals->messages);
    return {};
  };
  return list_answer(context, request, *reading, asked, std::move(list));
}

}  // namespace server
