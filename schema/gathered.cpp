#include "schema/gathered.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "schema/conditions.h"
#include "schema/id_hash.h"
#include "schema/located.h"
#include "schema/packed_weeks.h"
#include "schema/query.h"
#include "schema/source_facts.h"
#include "schema/week_rows.h"

namespace schema {
namespace {

struct Key {
  static constexpr std::size_t most_columns = 6;
  static constexpr auto null = std::numeric_limits<std::int64_t>::min();
  std::int64_t result = 0, interval = 0;
  std::array<std::int64_t, most_columns> columns{};  // those that are not wanted are 0
  bool operator==(const Key&) const = default;
};

struct HashOfKey {
  std::size_t columns;  // that are wanted
  std::size_t operator()(const Key& key) const {
    IdHash hash;
    hash.add(key.result);
    hash.add(key.interval);
    for (std::size_t i = 0; i < columns; ++i) hash.add(key.columns[i]);
    return hash.value();
  }
};

struct Sum {
  std::int64_t first_day = 0, last_day = 0, messages = 0, records = 0;
  std::int64_t reports = 0;  // each is counted once, where it was met first
};

using Sums = std::unordered_map<Key, Sum, HashOfKey>;

class Gatherer {
 public:
  explicit Gatherer(const Gathering& wanted, std::size_t most = most_gathered_sums)
      : wanted_(wanted), most_(most), sums_(0, HashOfKey{wanted.columns.size()}) {}

  // `key` without its interval.
  void add(Key key, std::int64_t day, std::int64_t messages, std::int64_t records, bool is_new_report) {
    if (wanted_.interval) key.interval = day = interval_begin(*wanted_.interval, day);
    auto& sum = sums_.try_emplace(key, Sum{day, day, 0, 0, 0}).first->second;
    sum.first_day = std::min(sum.first_day, day);
    sum.last_day = std::max(sum.last_day, day);
    sum.messages += messages;
    sum.records += records;
    if (is_new_report) ++sum.reports;
  }
  bool too_many() const { return sums_.size() > most_; }
  const Sums& sums() const { return sums_; }

 private:
  const Gathering& wanted_;
  const std::size_t most_;
  Sums sums_;
};

// Stops when there are too many.
Status gather_rows(Database& database, const Facts& rows, const Gathering& wanted, Gatherer& sums) {
  std::string columns;
  for (const auto column : wanted.columns) columns += fmt::format(", {}", column);
  // The records of a report come together.
  const std::string_view report = rows.table == FactTable::record ? "p.id" : "0";
  std::int64_t last_report = 0;
  return each_row(
      database,
      Query(fmt::format("SELECT f.result_id, day, {}, {}, {}{} FROM ", rows.messages, rows.records, report, columns)) +
          rows.from + " WHERE " + rows.where,
      [&](Statement& row) {
        Key key;
        key.result = row.integer(0);
        for (std::size_t i = 0; i < wanted.columns.size(); ++i)
          key.columns[i] = row.optional_integer(5 + static_cast<int>(i)).value_or(Key::null);
        sums.add(key, row.integer(1), row.integer(2), row.integer(3), row.integer(4) != last_report);
        last_report = row.integer(4);
        return !sums.too_many();
      });
}

// Rows of `report`: each class of its messages in place of a result; a report counts with the first of them. Stops when
// there are too many.
Status gather_reports(Database& database, const Selection& selection, const Facts& reports, const Gathering& wanted,
                      Gatherer& sums) {
  std::string columns;
  for (const auto& messages : reports.by_class) columns += fmt::format(", {}", messages);
  for (const auto column : wanted.columns) columns += fmt::format(", {}", column);
  const auto classes = wanted_classes(selection);
  constexpr int first_class = 1, first_column = first_class + result_class_count;
  return each_row(database, Query("SELECT day" + columns + " FROM ") + reports.from + " WHERE " + reports.where,
                  [&](Statement& row) {
                    Key key;
                    for (std::size_t i = 0; i < wanted.columns.size(); ++i)
                      key.columns[i] = row.integer(first_column + static_cast<int>(i));
                    bool is_new = true;
                    for (int i = 0; i < result_class_count; ++i) {
                      const auto messages = row.integer(first_class + i);
                      if (!classes[static_cast<std::size_t>(i)] || (messages == 0 && !is_new)) continue;
                      key.result = i;
                      sums.add(key, row.integer(0), messages, 0, std::exchange(is_new, false));
                    }
                    return !sums.too_many();
                  });
}

// Packed weeks are read many times as quickly as `daily_source`.
Status gather_sources(Database& database, const Selection& selection, const Gathering& wanted, Gatherer& sums) {
  return each_source_fact(database, selection, FactsOf::days, [&](const SourceFact& fact) {
    if (sums.too_many()) return;
    Key key;
    key.result = fact.result_id;
    for (std::size_t i = 0; i < wanted.columns.size(); ++i)
      key.columns[i] = wanted.columns[i] == "domain_id" ? fact.domain_id : fact.address_id;
    sums.add(key, fact.first_day, fact.messages, fact.records, false);
  });
}

// Rows of `daily` or `record`, out of packed weeks where they know what is asked.
Status gather_weeks(Database& database, const Selection& selection, unsigned needs, FactTable table,
                    const Gathering& wanted, Gatherer& sums) {
  const auto gather_days = [&](const Selection& days) {
    return sums.too_many() ? Status() : gather_rows(database, facts(days, needs), wanted, sums);
  };
  std::vector<WeekColumn> columns;
  for (const auto name : wanted.columns) columns.push_back(week_column(table, name));
  if (std::ranges::count(columns, nullptr) > 0) return gather_days(selection);
  const auto packed = WeekRows::of(database, selection, table);
  if (!packed) return unexpected(packed.error());
  if (!*packed) return gather_days(selection);
  std::vector<bool> met;  // by the number of a report
  const auto add = [&](const WeekRow& row) {
    if (sums.too_many()) return;
    Key key;
    key.result = row.result_id;
    for (std::size_t i = 0; i < columns.size(); ++i) key.columns[i] = columns[i](row).value_or(Key::null);
    const auto report = static_cast<std::size_t>(row.report_id);
    if (report >= met.size()) met.resize(report + report / 2 + 1);
    sums.add(key, row.day, row.messages, row.records, !met[report]);
    met[report] = true;
  };
  return each_stretch((*packed)->weeks(), *selection.from, *selection.to,
                      [&](std::int64_t week) { return (*packed)->each(week, add); },
                      [&](std::int64_t from, std::int64_t to) {
                        const auto days = located(database, over(selection, from, to));
                        return days ? gather_days(*days) : unexpected(days.error());
                      });
}

// They come back as a table out of JSON: a reader cannot write, not even a table of its own.
Query as_table(const Sums& sums, const std::vector<std::string_view>& columns) {
  std::string json = "[";
  for (const auto& [key, sum] : sums) {
    fmt::format_to(std::back_inserter(json), "{}[{},{},{},{},{},{}", json.size() > 1 ? "," : "", key.result,
                   sum.first_day, sum.last_day, sum.messages, sum.records, sum.reports);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (key.columns[i] == Key::null) {
        json += ",null";
      } else {
        fmt::format_to(std::back_inserter(json), ",{}", key.columns[i]);
      }
    }
    json += "]";
  }
  json += "]";
  std::string shown =
      "value ->> 0 AS result_id, value ->> 1 AS day, value ->> 2 AS last_day, value ->> 3 AS messages, "
      "value ->> 4 AS records, value ->> 5 AS reports";
  for (std::size_t i = 0; i < columns.size(); ++i) shown += fmt::format(", value ->> {} AS {}", 6 + i, columns[i]);
  return Query("(SELECT " + shown + " FROM json_each(?)) f", {std::move(json)});
}

}  // namespace

Result<Facts> gathered_facts(Database& database, const Selection& selection, const Gathering& wanted) {
  auto of = facts(selection, wanted.needs);
  if (wanted.columns.size() > Key::most_columns) return of;
  const bool of_reports = of.table == FactTable::report;
  // They are in the order of their days, and sums of all need no order.
  if (of_reports && (wanted.interval || wanted.columns.empty())) return of;

  Gatherer gatherer(wanted, of_reports ? most_gathered_of_reports : most_gathered_sums);
  Status gathered;
  if (of_reports) {
    gathered = gather_reports(database, selection, of, wanted, gatherer);
  } else {
    // Read without what is joined for need_result: its number says it all.
    const auto rows_need = (wanted.needs & ~unsigned{need_result}) | need_records;
    const auto table = cheapest(needs(selection) | rows_need);
    gathered = table == FactTable::daily_source ? gather_sources(database, selection, wanted, gatherer)
                                                : gather_weeks(database, selection, rows_need, table, wanted, gatherer);
  }
  if (!gathered) return unexpected(gathered.error());
  if (gatherer.too_many()) return of;
  of.gathered = true;
  of.from = as_table(gatherer.sums(), wanted.columns) + of.joined;
  of.where = "1";
  of.records = "f.records";
  if (of_reports) of.take_classes_from_results();
  return of;
}

}  // namespace schema
