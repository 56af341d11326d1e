// Whole weeks of what pages sum up, packed once they are over: by source (schema/weekly_sources.h), as `daily` has them
// (schema/weekly_results.h), and records by address (schema/weekly_records.h). Which of them are, and when.
// Whatever changes a day of a week takes what is packed of it away, in the same transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "schema/result.h"
#include "schema/sqlite.h"
#include "schema/writer.h"

namespace schema {

inline constexpr std::int64_t days_of_week = 7;

// The Monday of the week of `day`.
std::int64_t week_of(std::int64_t day);

// What becomes of the week of the newest report: every report of it would take it away again.
enum class NewestWeek : std::uint8_t { waits, packed };

// Packs one week which is not packed, in a transaction. Part of it is read beside, in a thread and on a connection of
// its own. false: there was none. Errors: those of the database.
Result<bool> pack_week(Writer& writer, NewestWeek newest = NewestWeek::waits);

// The week that pack_week() would pack.
Result<std::optional<std::int64_t>> week_to_pack(Database& database, NewestWeek newest = NewestWeek::waits);

// Within a transaction: the days of these weeks are no longer what they were.
Status forget_weeks(Database& writer, const std::set<std::int64_t>& weeks);

// The packed weeks that have one of these days, in order.
Result<std::vector<std::int64_t>> packed_weeks(Database& database, std::int64_t from, std::int64_t to);

// Calls `week` with each of these weeks, which are in order, and `days` with the days from `from` to `to` that lie
// before, between and behind them.
Status each_stretch(const std::vector<std::int64_t>& weeks, std::int64_t from, std::int64_t to,
                    const std::function<Status(std::int64_t week)>& week,
                    const std::function<Status(std::int64_t from, std::int64_t to)>& days);

// Packed weeks that are not what their days say.
Result<std::vector<std::int64_t>> wrong_weeks(Database& database);

}  // namespace schema
