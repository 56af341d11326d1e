// GET /api/v1/breakdown
#include "schema/breakdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>

#include "server/api/list.h"
#include "server/api/parts.h"
#include "server/api/problem.h"
#include "server/api/reading.h"
#include "server/api/resources.h"

namespace server {
namespace {

using schema::BreakdownRow, schema::Dimension, schema::Division;

// For people who read the answer as it is; pages word it in their own language.
std::string label(Dimension by, const std::optional<std::string>& key) {
  if (!key) {
    switch (by) {
      case Dimension::ip:
      case Dimension::network:
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
  std::optional<std::string> then_label;  // none: one dimension
  std::int64_t rest = 0;                  // groups in this row; 0: it is a group
};

const std::vector<Column<LabelledRow>>& columns() {
  static const auto seen = [](Cell& cell, const LabelledRow& row, std::int64_t day) {
    row.rest > 0 ? cell.null() : cell.text(schema::day_text(day));
  };
  static const auto all = joined<LabelledRow>(
      {{{"key", [](Cell& cell, const LabelledRow& row) { cell.maybe(row.key); }},
        {"label", [](Cell& cell, const LabelledRow& row) { cell.text(row.label); }}},
       class_columns<LabelledRow>(),
       {{"reports", [](Cell& cell, const LabelledRow& row) { cell.maybe(row.reports); }},
        {"first_seen", [](Cell& cell, const LabelledRow& row) { seen(cell, row, row.first_seen); }},
        {"last_seen", [](Cell& cell, const LabelledRow& row) { seen(cell, row, row.last_seen); }},
        {"then_key",
         [](Cell& cell, const LabelledRow& row) { row.then_label ? cell.maybe(row.then_key) : cell.absent(); }},
        {"then_label",
         [](Cell& cell, const LabelledRow& row) { row.then_label ? cell.text(*row.then_label) : cell.absent(); }},
        {"rest", [](Cell& cell, const LabelledRow& row) { row.rest > 0 ? cell.number(row.rest) : cell.absent(); }}}});
  return all;
}

// "by=domain" or "by=domain,policy".
std::optional<Division> division_of(Question& question) {
  const auto names = question.text("by").value_or("");
  const auto min_messages = question.number("min_messages", 0, std::numeric_limits<std::int64_t>::max());
  const auto comma = std::min(names.find(','), names.size());
  const bool two = comma != names.size();
  const auto by = schema::dimension_named(names.substr(0, comma));
  const auto then_by = two ? schema::dimension_named(names.substr(comma + 1)) : by;
  if (!by || !then_by) {
    question.refuse("by", fmt::format("'by' takes one or two of {}, as in by=domain,policy",
                                      fmt::join(schema::dimension_names(), ", ")));
    return std::nullopt;
  }
  Division division{*by, {}, min_messages.value_or(0)};
  if (!two) return division;
  if (*then_by == *by) question.refuse("by", "'by' names the same twice");
  if (has_several(*by) && has_several(*then_by))
    question.refuse("by", "a record may have several of both; filter by one of them instead");
  division.then_by = *then_by;
  return division;
}

unsigned needs_of(const Division& division) {
  const auto by = schema::dimension_sql(division.by).needs;
  return division.then_by ? by | schema::dimension_sql(*division.then_by).needs : by;
}

// What the rows do not show, in one row; nothing where they show everything.
schema::Status add_rest(schema::Database& database, const schema::Selection& selection, const Division& division,
                        const schema::AllGroups& shown, const std::function<bool(const LabelledRow&)>& sink) {
  const auto all = schema::all_groups(database, selection, division);
  if (!all) return schema::unexpected(all.error());
  LabelledRow row;
  row.rest = all->groups - shown.groups;
  if (row.rest == 0) return {};
  row.label = "the rest";
  if (division.then_by) row.then_label = row.label;
  row.classes.messages = all->classes.messages - shown.classes.messages;
  for (std::size_t i = 0; i < row.classes.by_class.size(); ++i)
    row.classes.by_class[i] = all->classes.by_class[i] - shown.classes.by_class[i];
  sink(row);
  return {};
}

}  // namespace

Response get_breakdown(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  const auto division = division_of(question);
  auto asked = question.list(names(columns()), schema::breakdown_sorts());
  const auto top = question.number("top", 1, most_page_rows);
  if (top && asked.page.after) question.refuse("top", "'top' is one page, and has no cursor");
  if (top) asked.page.limit = top;
  const auto reading = read_with_filter(context, request, question, division ? needs_of(*division) : 0U);
  if (!reading) return reading.error();

  const auto selection = reading->selection;
  auto list =
      list_of(columns(),
              [selection, division = *division, top](schema::Database& database, const schema::PageRequest& page,
                                                     const auto& sink) -> schema::Result<schema::Paged> {
                schema::AllGroups shown;
                bool open = true;
                auto paged = schema::breakdown(database, selection, division, page, [&](const BreakdownRow& row) {
                  ++shown.groups;
                  shown.classes += row.classes;
                  const auto then_label =
                      division.then_by ? std::optional(label(*division.then_by, row.then_key)) : std::nullopt;
                  open = sink(LabelledRow{row, label(division.by, row.key), then_label, 0});
                  return open;
                });
                if (!paged || !top || !open) return paged;
                if (auto rest = add_rest(database, selection, division, shown, sink); !rest)
                  return schema::unexpected(rest.error());
                paged->next.reset();
                return paged;
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
