// The last fourteen days of many domains or sources, in small.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "schema/result.h"
#include "schema/selection.h"
#include "schema/sqlite.h"

namespace schema {

struct StripDay {
  std::int64_t day = 0;
  std::int64_t pass = 0, fail = 0, unknown = 0;  // messages
};
using Strip = std::vector<StripDay>;  // oldest first, every day of it

inline constexpr std::int64_t strip_days = 14;

enum class StripOf : std::uint8_t { domains, addresses };

// The strips of `ids` (of domains or addresses) for the days that end with those of the selection, under its
// conditions. Each id has one.
Result<std::map<std::int64_t, Strip>> strips(Database& database, const Selection& selection, StripOf of,
                                             const std::vector<std::int64_t>& ids);

// The same, into the rows whose ids these are.
template <typename Row>
Status add_strips(Database& database, const Selection& selection, StripOf of, const std::vector<std::int64_t>& ids,
                  std::vector<Row>& rows) {
  auto all = strips(database, selection, of, ids);
  if (!all) return unexpected(std::move(all.error()));
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].strip = std::move((*all)[ids[i]]);
  return {};
}

}  // namespace schema
