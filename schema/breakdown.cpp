#include "schema/breakdown.h"

#include <fmt/format.h>

#include <algorithm>

#include "schema/address_text.h"
#include "schema/gathered.h"
#include "schema/source_sums.h"

namespace schema {
namespace {

// The columns of a group besides its classes.
constexpr int key_column = first_group_column;
constexpr int then_column = key_column + 1;
constexpr int reports_column = key_column + 2;

// SELECT ... GROUP BY of a division: k, k1, k2, reports, first_seen, last_seen and the classes. Of one dimension k is
// its value; of two it is both of them as text, as a cursor needs one.
Query grouped(const Facts& source, const Division& division) {
  const auto& of = dimension_sql(division.by);
  const auto* then = division.then_by ? &dimension_sql(*division.then_by) : nullptr;
  const bool knows_reports = source.table == FactTable::report || source.table == FactTable::record;
  const std::string_view reports = knows_reports ? source.report_count() : "NULL";
  const auto key =
      then == nullptr ? std::string(of.group) : fmt::format("({}) || char(31) || ({})", of.group, then->group);
  Query query(
      fmt::format("SELECT {} AS k, {} AS k1, {} AS k2, {} AS reports, min(day) AS first_seen, "
                  "max({}) AS last_seen, {} FROM ",
                  key, of.group, then == nullptr ? "0" : then->group, reports, source.last_day(), source.class_sums()));
  query += source.from + of.join + (then == nullptr ? "" : then->join) + " WHERE " + source.where;
  query += then == nullptr ? " GROUP BY 2" : " GROUP BY 2, 3";
  return query;
}

Result<Facts> divided_facts(Database& database, const Selection& selection, const Division& division) {
  Gathering wanted;
  for (const auto by : {std::optional(division.by), division.then_by}) {
    if (!by) continue;
    const auto& of = dimension_sql(*by);
    wanted.needs |= of.needs;
    if (!of.column.empty() && std::ranges::count(wanted.columns, of.column) == 0) wanted.columns.push_back(of.column);
  }
  // Reports are counted where that costs nothing.
  if (cheapest(needs(selection) | wanted.needs | need_reports) == FactTable::report) wanted.needs |= need_reports;
  // Of records too, and one report may have several of the values: only SQLite tells which it has met.
  if (cheapest(needs(selection) | wanted.needs) == FactTable::record) return facts(selection, wanted.needs);
  return gathered_facts(database, selection, wanted);
}

Query with_enough(Query groups, std::int64_t min_messages) {
  if (min_messages <= 0) return groups;
  return Query("SELECT * FROM (") + groups + Query(") WHERE messages >= ?", {min_messages});
}

// Addresses alone, which are too many to be grouped by SQLite.
bool is_of_sources(const Selection& selection, const Division& division) {
  return division.by == Dimension::ip && !division.then_by &&
         cheapest(needs(selection) | need_address) == FactTable::daily_source;
}

Result<Paged> breakdown_by_source(Database& database, const Selection& selection, const Division& division,
                                  const PageRequest& page, const std::function<bool(const BreakdownRow&)>& sink) {
  auto sorted = page;
  if (page.order.column == "key") sorted.order.column = "ip";
  return each_source(database, selection, sorted, division.min_messages, SourceDomains::left_out,
                     [&](const SourceSum& sum, std::string_view stored_address) {
                       BreakdownRow group;
                       group.key = address_text(stored_address);
                       group.first_seen = sum.first_seen;
                       group.last_seen = sum.last_seen;
                       group.classes = sum.classes;
                       return sink(group);
                     });
}

std::string of_column(std::string_view pattern, std::string_view column) {
  return fmt::vformat(pattern, fmt::make_format_args(column));
}

}  // namespace

const std::vector<std::string_view>& breakdown_sorts() {
  static const std::vector<std::string_view> sorts = {"messages",       "key",          "pass_both", "pass_one",
                                                      "fail_delivered", "fail_stopped", "unknown",   "first_seen",
                                                      "last_seen"};
  return sorts;
}

Result<Paged> breakdown(Database& database, const Selection& selection, const Division& division,
                        const PageRequest& page, const std::function<bool(const BreakdownRow&)>& sink) {
  if (is_of_sources(selection, division)) return breakdown_by_source(database, selection, division, page, sink);
  const auto source = divided_facts(database, selection, division);
  if (!source) return unexpected(source.error());
  return breakdown(database, *source, division, page, sink);
}

Result<Paged> breakdown(Database& database, const Facts& source, const Division& division, const PageRequest& page,
                        const std::function<bool(const BreakdownRow&)>& sink) {
  const auto& of = dimension_sql(division.by);
  const auto* then = division.then_by ? &dimension_sql(*division.then_by) : nullptr;
  Groups groups;
  groups.grouped = with_enough(grouped(source, division), division.min_messages);
  groups.columns = fmt::format("{}, {}, reports, first_seen, last_seen, {}", of_column(of.shown, "k1"),
                               then == nullptr ? "NULL" : of_column(then->shown, "k2"), class_columns);
  const auto& column = page.order.column;
  groups.sorted = column == "key" ? of_column(of.sorted, "k1") : column.empty() ? "messages" : column;
  return each_group(database, groups, page, [&](Statement& row) {
    BreakdownRow group;
    group.key = of.key(row, key_column);
    if (then != nullptr) group.then_key = then->key(row, then_column);
    group.reports = row.optional_integer(reports_column);
    group.first_seen = row.integer(reports_column + 1);
    group.last_seen = row.integer(reports_column + 2);
    group.classes = class_counts(row, reports_column + 3);
    return sink(group);
  });
}

Result<AllGroups> all_groups(Database& database, const Selection& selection, const Division& division) {
  std::string sums = "sum(messages)";
  for (int i = 0; i < result_class_count; ++i) sums += fmt::format(", sum({})", name(static_cast<ResultClass>(i)));
  AllGroups all;
  if (is_of_sources(selection, division)) {
    const auto of_sources = source_sums(database, selection, SourceDomains::left_out);
    if (!of_sources) return unexpected(of_sources.error());
    for (const auto& sum : *of_sources) {
      ++all.groups;
      all.classes += sum.classes;
    }
    return all;
  }
  const auto source = divided_facts(database, selection, division);
  if (!source) return unexpected(source.error());
  const auto read = each_row(database, Query("SELECT count(*), " + sums + " FROM (") + grouped(*source, division) + ")",
                             [&](Statement& row) {
                               all.groups = row.integer(0);
                               all.classes = class_counts(row, 1);
                               return false;
                             });
  if (!read) return unexpected(read.error());
  return all;
}

}  // namespace schema
