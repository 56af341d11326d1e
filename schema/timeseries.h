// Messages over time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "schema/day.h"
#include "schema/result.h"
#include "schema/selection.h"
#include "schema/summaries.h"

namespace schema {

enum class SeriesBy : std::uint8_t { nothing, result_class, disposition, reporter, combination, policy, domain };

struct TimePoint {
  std::int64_t day = 0;  // first of the interval
  bool complete = false;
  ClassCounts classes;
  std::int64_t reporters = 0;  // that reported about it; finer conditions than those on reports do not count here
  std::map<std::string, std::int64_t> by;
};

struct Timeseries {
  std::vector<TimePoint> points;  // one an interval, oldest first, those without mail included
  std::vector<std::string> keys;  // of `by`, largest first, "other" last
};

// More points than any window of stored reports has days.
inline constexpr std::int64_t most_points = 6000;

// How many points there would be; the caller refuses more than most_points.
std::int64_t point_count(const Selection& selection, Interval interval);

// Keys beyond the `top` largest are counted as "other".
Result<Timeseries> timeseries(Database& database, const Selection& selection, const Freshness& fresh, Interval interval,
                              SeriesBy by, std::int64_t top);

}  // namespace schema
