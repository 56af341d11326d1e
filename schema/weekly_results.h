// Packed weeks (schema/packed_weeks.h) of `daily`: its rows by domain in `weekly_result`.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "schema/packed_results.h"
#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

// Within a transaction, of a week that is not packed.
Status write_week_of_results(Database& writer, std::int64_t week);
Status forget_week_of_results(Database& writer, std::int64_t week);
// Whether it is what its days say.
Result<bool> is_right_week_of_results(Database& database, std::int64_t week);

// Calls `sink` with each row of a packed week, of these domains (their numbers, ascending). Errors: those of the
// database, `corrupt`.
Status each_result_of_week(Database& database, std::int64_t week, const std::vector<std::int64_t>& domain_ids,
                           const std::function<void(std::int64_t domain_id, const PackedResult&)>& sink);

}  // namespace schema
