// The table `weekly_source`: sums of whole weeks by source, over all domains, made of `daily_source`.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "schema/result.h"
#include "schema/sqlite.h"
#include "schema/writer.h"

namespace schema {

// The Monday of the week of `day`.
std::int64_t week_of(std::int64_t day);

// Packs one week before that of the newest report which is not packed, in a transaction. The last week waits until it
// is over, since every report of it would take it away again. false: there was none.
Result<bool> pack_week(Writer& writer);

// The week that pack_week() would pack.
Result<std::optional<std::int64_t>> week_to_pack(Database& database);

// Within a transaction: the days of these weeks are no longer what they were.
Status forget_weeks(Database& writer, const std::set<std::int64_t>& weeks);

// Calls `piece` with the bytes (schema/packed_sums.h) of the packed weeks that lie wholly within the days, in order.
// Their weeks. Errors: those of the database.
Result<std::vector<std::int64_t>> each_piece(
    Database& database, std::int64_t from, std::int64_t to,
    const std::function<void(std::int64_t week, std::string_view sums)>& piece);

// Packed weeks that are not what their days say.
Result<std::vector<std::int64_t>> wrong_weeks(Database& database);

}  // namespace schema
