#include "schema/timeseries.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

#include "schema/gathered.h"
#include "schema/query.h"
#include "schema/twin.h"

namespace schema {
namespace {

// First day of the interval, as interval_begin() has it.
std::string_view interval_sql(Interval interval) {
  switch (interval) {
    case Interval::day:
      return "day";
    case Interval::week:
      return "day - (day + 3) % 7";
    case Interval::month:
      return "unixepoch(day * 86400, 'unixepoch', 'start of month') / 86400";
  }
  return "day";
}

struct Key {
  unsigned needs;
  std::string_view column;      // the number that `expression` is made of besides the result's
  std::string_view join;        // further tables
  std::string_view expression;  // what rows are grouped by
  std::string_view shown;       // of k, a value of `expression`
  std::string (*text)(const Statement& row, int column);
};

template <typename E>
std::string enumerator(const Statement& row, int column) {
  return std::string(name(static_cast<E>(row.integer(column))));
}

std::string as_text(const Statement& row, int column) {
  return std::string(row.text(column));
}

Key key_of(SeriesBy by) {
  switch (by) {
    case SeriesBy::disposition:
      return {need_result, "", "", "r.disposition", "k", enumerator<Disposition>};
    case SeriesBy::reporter:
      return {need_reporter,
              "reporter_id",
              " CROSS JOIN reporter o ON o.id = reporter_id",
              "o.org_key",
              "(SELECT org_name FROM reporter WHERE org_key = k ORDER BY id LIMIT 1)",
              as_text};
    case SeriesBy::combination:
      return {need_result, "", "", "r.combination", "k", as_text};
    case SeriesBy::policy:
      return {need_policy, "policy_id", " CROSS JOIN policy l ON l.id = policy_id", "l.p", "k", enumerator<Policy>};
    case SeriesBy::domain:
      return {need_nothing, "domain_id", "", "domain_id", "(SELECT name FROM domain WHERE id = k)", as_text};
    case SeriesBy::result_class:
    case SeriesBy::nothing:
      break;
  }
  // Of `report` the classes are columns, not rows.
  return {need_records, "", "", class_of_result, "k", enumerator<ResultClass>};
}

constexpr std::string_view other = "other";

struct Series {
  Series(const Selection& selection, const Freshness& fresh, Interval interval) {
    if (!selection.from || *selection.from > *selection.to) return;
    for (auto day = interval_begin(interval, *selection.from); day <= *selection.to;
         day = interval_end(interval, day)) {
      const auto last = std::min(interval_end(interval, day) - 1, *selection.to);
      series.points.push_back({day, fresh.complete_through && last <= *fresh.complete_through, {}, 0, {}});
    }
  }

  TimePoint* at(std::int64_t day) {
    const auto point = std::lower_bound(series.points.begin(), series.points.end(), day,
                                        [](const TimePoint& p, std::int64_t d) { return p.day < d; });
    return point != series.points.end() && point->day == day ? &*point : nullptr;
  }

  Timeseries series;
};

// What was asked of reports, without what was asked of their records.
Selection of_reports(Selection selection) {
  auto& conditions = selection.conditions;
  std::erase_if(conditions, [](const Condition& condition) {
    const Selection alone{{}, {}, {condition}, {}, {}, {}, {}};
    return condition.key == FilterKey::result_class || cheapest(needs(alone) | need_reports) != FactTable::report;
  });
  return selection;
}

// Each of these three sets other members of the points: two may run at a time.

Status add_classes(Database& database, const Selection& selection, Interval interval, Series& series) {
  const auto of = gathered_facts(database, selection, {need_nothing, {}, interval});
  if (!of) return unexpected(of.error());
  // By day first: the calendar is asked once for each, not for each row.
  std::string sums = "sum(messages)";
  for (int i = 0; i < result_class_count; ++i) sums += fmt::format(", sum({})", name(static_cast<ResultClass>(i)));
  return each_row(database,
                  Query(fmt::format("SELECT {} AS i, {} FROM (SELECT day, {} FROM ", interval_sql(interval), sums,
                                    of->class_sums())) +
                      of->from + " WHERE " + of->where + " GROUP BY day) GROUP BY i",
                  [&](Statement& row) {
                    if (auto* point = series.at(row.integer(0))) point->classes = class_counts(row, 1);
                    return true;
                  });
}

Status add_reporters(Database& database, const Selection& selection, Interval interval, Series& series) {
  const auto reports = facts(of_reports(selection), need_reports);
  return each_row(
      database,
      Query(fmt::format("SELECT {} AS i, count(DISTINCT org_key) FROM (SELECT DISTINCT day, o.org_key FROM ",
                        interval_sql(interval))) +
          reports.from + " CROSS JOIN reporter o ON o.id = reporter_id WHERE " + reports.where + ") GROUP BY i",
      [&](Statement& row) {
        if (auto* point = series.at(row.integer(0))) point->reporters = row.integer(1);
        return true;
      });
}

Status add_keys(Database& database, const Selection& selection, Interval interval, SeriesBy by, std::int64_t top,
                Series& series) {
  const auto key = key_of(by);
  std::vector<std::string_view> columns;
  if (!key.column.empty()) columns.push_back(key.column);
  const auto of = gathered_facts(database, selection, {key.needs, columns, interval});
  if (!of) return unexpected(of.error());
  // Keys are the strangers' words: only the largest come out of the database.
  const Query query = Query(fmt::format("WITH cells AS MATERIALIZED (SELECT day, {} AS k, sum({}) AS m FROM ",
                                        key.expression, of->messages)) +
                      of->from + key.join + " WHERE " + of->where +
                      Query(fmt::format(R"sql( GROUP BY day, k),
        ranked AS (SELECT k, row_number() OVER (ORDER BY sum(m) DESC, k) AS rank FROM cells GROUP BY k),
        largest AS MATERIALIZED (SELECT k, {} AS shown, rank FROM ranked WHERE rank <= ?)
      SELECT {} AS i, rank, shown, sum(m) FROM cells LEFT JOIN largest USING (k) GROUP BY i, rank)sql",
                                        key.shown, interval_sql(interval)),
                            {top});
  auto& keys = series.series.keys;
  std::map<std::int64_t, std::string> by_rank;
  bool others = false;
  const auto read = each_row(database, query, [&](Statement& row) {
    const bool is_other = row.is_null(1);
    others = others || is_other;
    const auto text = is_other ? std::string(other) : key.text(row, 2);
    if (!is_other) by_rank.emplace(row.integer(1), text);
    if (auto* point = series.at(row.integer(0))) point->by[text] += row.integer(3);
    return true;
  });
  if (!read) return read;
  for (const auto& [rank, text] : by_rank) keys.push_back(text);
  if (others && std::find(keys.begin(), keys.end(), other) == keys.end()) keys.emplace_back(other);
  return {};
}

}  // namespace

std::int64_t point_count(const Selection& selection, Interval interval) {
  if (!selection.from || *selection.from > *selection.to) return 0;
  const std::int64_t shortest = interval == Interval::day ? 1 : interval == Interval::week ? 7 : 28;
  return (*selection.to - *selection.from) / shortest + 2;
}

Result<Timeseries> timeseries(Database& database, const Selection& selection, const Freshness& fresh, Interval interval,
                              SeriesBy by, std::int64_t top) {
  Series series(selection, fresh, interval);
  const auto add_all = [&](Database& asked) {
    const auto classes = add_classes(asked, selection, interval, series);
    return classes ? add_reporters(asked, selection, interval, series) : classes;
  };
  const auto add_each = [&](Database& asked) { return add_keys(asked, selection, interval, by, top, series); };
  const auto added = by == SeriesBy::nothing ? add_all(database) : ask_both(database, add_all, add_each);
  if (!added) return unexpected(added.error());
  return std::move(series.series);
}

}  // namespace schema
