// What a selection asks for as numbers of the database: those who unpack rows themselves compare numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "schema/result.h"
#include "schema/selection.h"
#include "schema/sqlite.h"

namespace schema {

// More than these are found by looking through all.
inline constexpr std::size_t few_addresses = 1000, few_domains = 16;

// Some of the numbers of a table.
class Ids {
 public:
  explicit Ids(std::vector<std::int64_t> list);
  bool has(std::int64_t id) const {
    return static_cast<std::uint64_t>(id) < has_.size() && has_[static_cast<std::size_t>(id)];
  }
  const std::vector<std::int64_t>& list() const { return list_; }  // ascending

 private:
  std::vector<std::int64_t> list_;
  std::vector<bool> has_;
};

// Those that its conditions on results, domains and addresses leave; no addresses: it does not ask for some of them.
// Errors: those of the database.
Result<Ids> results_asked_for(Database& database, const Selection& selection);
Result<Ids> domains_asked_for(Database& database, const Selection& selection);
Result<std::optional<Ids>> addresses_asked_for(Database& database, const Selection& selection);

// Whether it asks of results, domains and addresses only.
bool asks_of_sources_only(const Selection& selection);

}  // namespace schema
