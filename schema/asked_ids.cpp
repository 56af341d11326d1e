#include "schema/asked_ids.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "schema/conditions.h"
#include "schema/query.h"

namespace schema {
namespace {

bool is_of_address(const Condition& condition) {
  return (needs(condition.key) & need_address) != 0;
}
bool is_of_domain(const Condition& condition) {
  return condition.key == FilterKey::domain;
}
bool is_of_result(const Condition& condition) {
  return !is_of_domain(condition) && !is_of_address(condition);
}

// Of `column` in `rows`, those that the conditions leave of which `is_one` holds.
Result<Ids> left(Database& database, const Selection& selection, std::string_view column, std::string_view rows,
                 bool (*is_one)(const Condition&), const std::optional<std::string>& among) {
  Query query(fmt::format("SELECT {0} FROM (SELECT id AS {0} FROM {1}) f WHERE 1", column, rows));
  for (const auto& condition : selection.conditions) {
    if (is_one(condition)) query += Query(" AND ") + condition_sql(condition, FactTable::daily_source);
  }
  if (among) query += Query(fmt::format(" AND {} IN (SELECT value FROM json_each(?))", column), {*among});
  std::vector<std::int64_t> ids;
  const auto read = each_row(database, query, [&](Statement& row) {
    ids.push_back(row.integer(0));
    return true;
  });
  if (!read) return unexpected(read.error());
  return Ids(std::move(ids));
}

}  // namespace

Ids::Ids(std::vector<std::int64_t> list) : list_(std::move(list)) {
  std::ranges::sort(list_);
  if (list_.empty()) return;
  has_.resize(static_cast<std::size_t>(list_.back()) + 1);
  for (const auto id : list_) has_[static_cast<std::size_t>(id)] = true;
}

Result<Ids> results_asked_for(Database& database, const Selection& selection) {
  return left(database, selection, "result_id", "result", is_of_result, {});
}

Result<Ids> domains_asked_for(Database& database, const Selection& selection) {
  return left(database, selection, "domain_id", "domain", is_of_domain, selection.among_domains);
}

Result<std::optional<Ids>> addresses_asked_for(Database& database, const Selection& selection) {
  if (!selection.among_addresses && std::ranges::none_of(selection.conditions, is_of_address)) return std::nullopt;
  auto addresses = left(database, selection, "address_id", "address", is_of_address, selection.among_addresses);
  if (!addresses) return unexpected(std::move(addresses.error()));
  return std::optional(std::move(*addresses));
}

bool asks_of_sources_only(const Selection& selection) {
  return std::ranges::all_of(selection.conditions, [](const Condition& condition) {
    return (needs(condition.key) & ~unsigned{need_result | need_address}) == 0;
  });
}

}  // namespace schema
