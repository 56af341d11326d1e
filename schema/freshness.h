// How far the stored reports reach.
#pragma once

#include <cstdint>
#include <optional>

#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

// A reporter (org_name) is usual when it reported on more than half of the 14 days that end at `as_of` (of fewer days
// where the first report is younger) and was heard of within the last 3 days of them. A day is complete when each usual
// reporter has reported about it or about a later day: reporters send in order, and some days bring them no mail.
struct Freshness {
  std::int64_t generation = 0;
  std::optional<std::int64_t> first_day;         // oldest report day; none: nothing is stored
  std::optional<std::int64_t> as_of;             // newest report day
  std::optional<std::int64_t> complete_through;  // newest day that is complete
  std::int64_t usual_reporters = 0;
};

inline constexpr std::int64_t usual_window_days = 14;
inline constexpr std::int64_t long_silent_days = 3;

// The first and the last day that reports are about; none: there are no reports.
struct StoredDays {
  std::optional<std::int64_t> first, last;
};
Result<StoredDays> stored_days(Database& database);

Result<std::int64_t> generation(Database& database);
Result<Freshness> freshness(Database& database);

}  // namespace schema
