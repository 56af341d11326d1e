// Whole weeks by source, packed: sums in `weekly_source`, of each domain and over all, and the days of each address in
// `weekly_days`. Made of `daily_source`.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "schema/packed_days.h"
#include "schema/result.h"
#include "schema/sqlite.h"
#include "schema/writer.h"

namespace schema {

// The Monday of the week of `day`.
std::int64_t week_of(std::int64_t day);

// What becomes of the week of the newest report: every report of it would take it away again.
enum class NewestWeek : std::uint8_t { waits, packed };

// Packs one week which is not packed, in a transaction. false: there was none.
Result<bool> pack_week(Writer& writer, NewestWeek newest = NewestWeek::waits);

// The week that pack_week() would pack.
Result<std::optional<std::int64_t>> week_to_pack(Database& database, NewestWeek newest = NewestWeek::waits);

// Within a transaction: the days of these weeks are no longer what they were.
Status forget_weeks(Database& writer, const std::set<std::int64_t>& weeks);

// The packed weeks that have one of these days, in order.
Result<std::vector<std::int64_t>> packed_weeks(Database& database, std::int64_t from, std::int64_t to);

// Calls `piece` with the sums of a packed week as bytes (schema/packed_sums.h), by address: of a domain, over all of
// them, or (none) of each. It returns false to stop. Errors: those of the database.
inline constexpr std::int64_t all_domains = 0;
Status each_piece_of_week(Database& database, std::int64_t week, std::optional<std::int64_t> domain_id,
                          const std::function<bool(std::int64_t domain_id, std::string_view sums)>& piece);

// Calls `sink` with the rows of the days of a packed week, by address: of these addresses (their numbers, ascending),
// or of all. Errors: those of the database, `corrupt`.
Status each_day_of_week(Database& database, std::int64_t week,
                        const std::optional<std::vector<std::int64_t>>& address_ids,
                        const std::function<void(const PackedDay&)>& sink);

// What is said of a packed week that is damaged.
Status unreadable_week();

// Packed weeks that are not what their days say.
Result<std::vector<std::int64_t>> wrong_weeks(Database& database);

}  // namespace schema
