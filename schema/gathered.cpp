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
#include "schema/source_facts.h"

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

class Gatherer {
 public:
  explicit Gatherer(const Gathering& wanted) : wanted_(wanted) {}

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
  bool too_many() const { return sums_.size() > most_gathered_sums; }
  const Sums& sums() const { return sums_; }

 private:
  const Gathering& wanted_;
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
          key.columns[i] = row.optional_integer(5 + static_cast<int>(i));
        sums.add(key, row.integer(1), row.integer(2), row.integer(3), row.integer(4) != last_report);
        last_report = row.integer(4);
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
  Gatherer gatherer(wanted);
  const auto gathered = rows.table == FactTable::daily_source ? gather_sources(database, selection, wanted, gatherer)
                                                              : gather_rows(database, rows, wanted, gatherer);
  if (!gathered) return unexpected(gathered.error());
  if (gatherer.too_many()) return of;
  of.gathered = true;
  of.from = as_table(gatherer.sums(), wanted.columns) + of.joined;
  of.where = "1";
  of.records = "f.records";
  return of;
}

}  // namespace schema
