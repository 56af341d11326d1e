#include "schema/gathered.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "schema/query.h"

namespace schema {
namespace {

struct Key {
  static constexpr std::size_t most_columns = 6;
  std::int64_t result = 0, interval = 0;
  std::array<std::optional<std::int64_t>, most_columns> columns;
  bool operator==(const Key&) const = default;
};

struct HashOfKey {
  std::size_t operator()(const Key& key) const {
    std::uint64_t hash = 0;
    const auto add = [&hash](std::int64_t number) {
      hash = (hash ^ static_cast<std::uint64_t>(number)) * 0x9e3779b97f4a7c15u;
      hash ^= hash >> 29;
    };
    add(key.result);
    add(key.interval);
    for (const auto& id : key.columns) add(id.value_or(-1));
    return hash;
  }
};

struct Sum {
  std::int64_t first_day = 0, last_day = 0, messages = 0, records = 0;
  std::int64_t reports = 0;  // each is counted once, where it was met first
};

using Sums = std::unordered_map<Key, Sum, HashOfKey>;

// Stops when there are too many.
Result<Sums> gather(Database& database, const Facts& rows, const Gathering& wanted) {
  std::string columns;
  for (const auto column : wanted.columns) columns += fmt::format(", {}", column);
  // The records of a report come together.
  const std::string_view report = rows.table == FactTable::record ? "p.id" : "0";
  Sums sums;
  std::int64_t last_report = 0;
  auto read = each_row(
      database,
      Query(fmt::format("SELECT f.result_id, day, {}, {}, {}{} FROM ", rows.messages, rows.records, report, columns)) +
          rows.from + " WHERE " + rows.where,
      [&](Statement& row) {
        Key key;
        key.result = row.integer(0);
        auto day = row.integer(1);
        if (wanted.interval) key.interval = day = interval_begin(*wanted.interval, day);
        for (std::size_t i = 0; i < wanted.columns.size(); ++i)
          key.columns[i] = row.optional_integer(5 + static_cast<int>(i));
        auto& sum = sums.try_emplace(key, Sum{day, day, 0, 0, 0}).first->second;
        sum.first_day = std::min(sum.first_day, day);
        sum.last_day = std::max(sum.last_day, day);
        sum.messages += row.integer(2);
        sum.records += row.integer(3);
        if (row.integer(4) != last_report) ++sum.reports;
        last_report = row.integer(4);
        return sums.size() <= most_gathered_sums;
      });
  if (!read) return unexpected(std::move(read.error()));
  return sums;
}

// They come back as a table out of JSON: a reader cannot write, not even a table of its own.
Query as_table(const Sums& sums, const std::vector<std::string_view>& columns) {
  std::string json = "[";
  for (const auto& [key, sum] : sums) {
    fmt::format_to(std::back_inserter(json), "{}[{},{},{},{},{},{}", json.size() > 1 ? "," : "", key.result,
                   sum.first_day, sum.last_day, sum.messages, sum.records, sum.reports);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (const auto id = key.columns[i]) {
        fmt::format_to(std::back_inserter(json), ",{}", *id);
      } else {
        json += ",null";
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
  if (of.table == FactTable::report || wanted.columns.size() > Key::most_columns) return of;

  // Read without what is joined for need_result: its number says it all.
  const auto rows = facts(selection, (wanted.needs & ~unsigned{need_result}) | need_records);
  const auto sums = gather(database, rows, wanted);
  if (!sums) return unexpected(sums.error());
  if (sums->size() > most_gathered_sums) return of;
  of.gathered = true;
  of.from = as_table(*sums, wanted.columns) + of.joined;
  of.where = "1";
  of.records = "f.records";
  return of;
}

}  // namespace schema
