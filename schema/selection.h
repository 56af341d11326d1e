// A filter made definite against the database: days in place of "the last 30", and which table answers it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "schema/filter.h"
#include "schema/freshness.h"
#include "schema/query.h"
#include "schema/result.h"
#include "schema/sqlite.h"
#include "schema/verdict.h"

namespace schema {

struct Selection {
  std::optional<std::int64_t> from, to;  // days, inclusive; none: nothing is stored and no dates were given
  std::vector<Condition> conditions;
  // For each text of `q`, which addresses it is part of: their ids as a JSON array.
  std::vector<std::pair<std::string, std::string>> q_addresses;
  // Only these, by id, as a JSON array: for what belongs to the rows of a page.
  std::optional<std::string> among_domains = {}, among_addresses = {};
  // The days on which domains were sent from the few addresses that it asks for: a JSON array of [domain_id, day].
  // None: it asks for no addresses or many, they sent on many days, or nobody has looked (schema/located.h).
  std::optional<std::string> days_of_addresses = {};
};

Result<Selection> select(Database& database, const Filter& filter, const Freshness& fresh);

// The same conditions over other days. (Where it asks for addresses and records, locate it again.)
Selection over(Selection selection, std::optional<std::int64_t> from, std::optional<std::int64_t> to);
// Narrowed by one more condition.
Selection with(Selection selection, FilterKey key, FilterValue value);

// The tables that know how many messages there were, in the order of their cost.
enum class FactTable : std::uint8_t {
  report,        // a row for each report, its messages by class
  daily,         // a row for each domain, day, reporter, policy, header_from and result
  daily_source,  // a row for each domain, day, address and result
  record,        // all that reports say
};

// What is asked of a table besides domain, day, messages and class; to be combined with |.
enum Need : unsigned {
  need_nothing = 0,
  need_reporter = 1,
  need_policy = 2,
  need_header_from = 4,
  need_result = 8,  // disposition, dkim, spf, combination
  need_address = 16,
  need_reports = 32,   // which report it was
  need_details = 64,   // envelopes, raw results, overrides
  need_records = 128,  // how many records there were
};

// What its conditions need.
unsigned needs(const Selection& selection);
// The cheapest table that knows all of it.
FactTable cheapest(unsigned needs);

// A table with the rows that a selection means, as parts of SQL. Its columns: domain_id, day, what was asked for by
// `needs` (reporter_id, policy_id, header_from_id, address_id, f.auth_id, f.override_id, ...), not of `report` the
// result as f.result_id with its class as class_of_result, for need_result also r.disposition, r.dkim, ..., and of
// `report` and `record` the report as p.
struct Facts {
  FactTable table = FactTable::daily;
  Query from;                                // follows FROM
  Query where;                               // follows WHERE
  std::string messages;                      // of a row
  std::string records;                       // of a row; for need_records
  std::string by_class[result_class_count];  // messages of a row, of each class
  std::string_view joined;                   // the end of `from`: what is there for need_result
  bool gathered = false;                     // its rows are sums (schema/gathered.h)

  // "sum(..) AS messages, sum(..) AS pass_both, ...": messages and the five classes, six columns.
  std::string class_sums() const;
  // How many reports there are: of `report` and `record`.
  std::string_view report_count() const {
    return gathered ? "sum(f.reports)" : table == FactTable::report ? "count(*)" : "count(DISTINCT p.id)";
  }
  // Messages by the class of f.result_id.
  void take_classes_from_results();
  // The last day of a row; `day` is the first.
  std::string_view last_day() const { return gathered ? "f.last_day" : "day"; }
};

// The class of a row, but for `report`.
inline constexpr std::string_view class_of_result = "(f.result_id & 7)";
inline std::size_t class_of(std::int64_t result_id) {
  return static_cast<std::size_t>(result_id & 7);
}

// The names of these columns.
inline constexpr std::string_view class_columns =
    "messages, pass_both, pass_one, fail_delivered, fail_stopped, unknown";

// `further_needs`: what the SELECT around it uses.
Facts facts(const Selection& selection, unsigned further_needs);

// Reports with at least one record that the selection means (and those without records where it asks nothing of
// records). The reports are p.
Query reports_where(const Selection& selection);

}  // namespace schema
