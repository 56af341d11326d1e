#include "schema/located.h"

#include <fmt/format.h>

#include <iterator>
#include <set>
#include <utility>

#include "schema/conditions.h"
#include "schema/query.h"
#include "schema/source_facts.h"

namespace schema {
namespace {

// Where there are more, those of nearly all days are looked through as quickly.
constexpr std::int64_t most_addresses = 1000;
constexpr std::size_t most_days = 20'000;

Result<bool> asks_for_few(Database& database, const Selection& selection) {
  Query query("SELECT count(*) FROM (SELECT 1 FROM (SELECT id AS address_id FROM address) f WHERE 1");
  for (const auto& condition : selection.conditions) {
    if (condition.key == FilterKey::ip) query += Query(" AND ") + condition_sql(condition, FactTable::daily_source);
  }
  if (selection.among_addresses) {
    query += Query(" AND address_id IN (SELECT value FROM json_each(?))", {*selection.among_addresses});
  }
  const auto count = number(database, query + Query(" LIMIT ?)", {most_addresses + 1}));
  if (!count) return unexpected(count.error());
  return *count <= most_addresses;
}

}  // namespace

Result<Selection> located(Database& database, Selection selection) {
  selection.days_of_addresses.reset();
  if (!picks_addresses(selection)) return selection;
  const auto few = asks_for_few(database, selection);
  if (!few) return unexpected(few.error());
  if (!*few) return selection;
  auto sent = selection;
  std::erase_if(sent.conditions, [](const Condition& condition) {
    return condition.key != FilterKey::ip && condition.key != FilterKey::domain;
  });
  std::set<std::pair<std::int64_t, std::int64_t>> days;
  const auto read = each_source_fact(database, sent, FactsOf::days, [&](const SourceFact& fact) {
    if (days.size() <= most_days) days.emplace(fact.domain_id, fact.first_day);
  });
  if (!read) return unexpected(read.error());
  if (days.size() > most_days) return selection;
  std::string json = "[";
  for (const auto& [domain, day] : days) {
    fmt::format_to(std::back_inserter(json), "{}[{},{}]", json.size() > 1 ? "," : "", domain, day);
  }
  selection.days_of_addresses = json + "]";
  return selection;
}

}  // namespace schema
