// What is pruned by age depends on a clock that people, batteries and time servers set. One that jumps must not cost
// anybody their reports.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

inline constexpr std::int64_t clock_jump_seconds = std::int64_t{7} * 86400;

enum class ClockState : std::uint8_t {
  steady,
  behind,  // earlier than it was before
  ahead,   // more than a week later than when it was last looked at
};
std::string_view name(ClockState);

struct Clock {
  ClockState state = ClockState::steady;
  std::optional<std::int64_t> seen_at;  // what it told before; none: nobody has looked yet
};
Result<Clock> look_at_clock(Database& database, std::int64_t now);

// `now` is the time: after a look that found it steady, or because a person says so.
Status confirm_clock(const std::string& path, std::int64_t now);

}  // namespace schema
