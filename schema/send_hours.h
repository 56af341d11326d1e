// When a reporter usually sends: the hours, UTC, in which the mails of its reports say that they were sent.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "schema/result.h"
#include "schema/selection.h"
#include "schema/sqlite.h"

namespace schema {

// Of fewer reports nothing is called usual.
inline constexpr std::int64_t least_usual_reports = 5;
// Looked at are the last days of a window, and of these the newest reports: habits change, and no page waits for a year
// of mails.
inline constexpr std::int64_t send_hour_days = 30;
inline constexpr std::int64_t send_hour_reports = 10'000;

using SendHours = std::array<std::int64_t, 24>;  // reports by hour

// The hour around which, one hour to each side, at least half of them were sent; none: there is no such, or they are
// too few.
std::optional<int> usual_hour(const SendHours& hours);

// Reports of the selection whose mail has a Date, by the reporter: `ids` is a JSON array of the lowest id of each
// reporter's rows, by which they are told.
Result<std::map<std::int64_t, SendHours>> send_hours(Database& database, const Selection& selection,
                                                     const std::string& ids);

}  // namespace schema
