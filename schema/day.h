// Days and times as the API writes them: UTC, "2026-11-18" and "2026-11-18T08:58:11Z".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace schema {

inline constexpr std::int64_t seconds_per_day = 86400;

// Days since 1970-01-01. Only what "YYYY-MM-DD" can say; none for anything else, and for days that no calendar has.
std::optional<std::int64_t> parse_day(std::string_view text);
std::string day_text(std::int64_t day);

// Seconds since 1970-01-01T00:00:00Z.
std::string time_text(std::int64_t seconds);

enum class Interval : std::uint8_t { day, week, month };
std::string_view name(Interval);

// First day of the interval that holds `day`; weeks begin on Monday.
std::int64_t interval_begin(Interval interval, std::int64_t day);
// First day of the interval after the one that holds `day`.
std::int64_t interval_end(Interval interval, std::int64_t day);

}  // namespace schema
