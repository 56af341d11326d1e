// Packed weeks (schema/packed_weeks.h) by source: sums in `weekly_source`, of each domain and over all, and the days of
// each address in `weekly_days`. Made of `daily_source`.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "schema/packed_days.h"
#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

// Within a transaction, of a week that is not packed.
Status write_week_of_sources(Database& writer, std::int64_t week);
Status forget_week_of_sources(Database& writer, std::int64_t week);
// Whether it is what its days say.
Result<bool> is_right_week_of_sources(Database& database, std::int64_t week);

// Calls `piece` with the sums of a packed week as bytes (schema/packed_sums.h), by address: of a domain, over all of
// them, or (none) of each. It returns false to stop. Errors: those of the database.
inline constexpr std::int64_t all_domains = 0;
Status each_piece_of_week(Database& database, std::int64_t week, std::optional<std::int64_t> domain_id,
                          const std::function<bool(std::int64_t domain_id, std::string_view sums)>& piece);

// Calls `sink` with the rows of the days of a packed week, by address: of these addresses (their numbers, ascending)
// and such as lie beside them, or of all. Errors: those of the database, `corrupt`.
Status each_day_of_week(Database& database, std::int64_t week,
                        const std::optional<std::vector<std::int64_t>>& address_ids,
                        const std::function<void(const PackedDay&)>& sink);

}  // namespace schema
