// Totals that stayed of reports that were pruned (schema/pruning.h), and how they go in the end.
#include <algorithm>

#include "schema/query.h"
#include "schema/rollups.h"

namespace schema {
namespace {

// Days below it hold no such totals any more.
Result<std::optional<std::int64_t>> kept_from(Database& database) {
  return database.integer("SELECT value FROM state WHERE name = 'kept_from'");
}

// By domain, since that is how the tables are sorted.
constexpr std::string_view of_day = " WHERE domain_id IN (SELECT id FROM domain) AND day = ? LIMIT ?";

}  // namespace

Result<std::int64_t> Rollups::take_out_left_over(std::int64_t before_day, std::int64_t most) {
  const auto first = kept_from(database_);
  if (!first) return unexpected(first.error());
  if (!*first) return 0;
  std::int64_t taken = 0;
  bool all_so_far = true;
  for (auto day = **first; day < before_day && taken < most; ++day) {
    const auto lives = number(database_, {"SELECT EXISTS (SELECT 1 FROM report WHERE day = ?)", {day}});
    if (!lives) return unexpected(lives.error());
    all_so_far = all_so_far && *lives == 0;
    if (*lives != 0) continue;
    auto read = each_row(database_,
                         Query("SELECT domain_id, day, reporter_id, policy_id, header_from_id, result_id, messages, "
                               "records FROM daily") +
                             Query(of_day, {day, most - taken}),
                         [&](Statement& row) {
                           DailyKey key;
                           for (std::size_t i = 0; i < key.size(); ++i) key[i] = row.integer(static_cast<int>(i));
                           daily_.emplace_back(key, Tally{-row.integer(6), -row.integer(7)});
                           ++taken;
                           return true;
                         });
    if (!read) return unexpected(std::move(read.error()));
    read = each_row(database_,
                    Query("SELECT domain_id, day, address_id, result_id, messages, records FROM daily_source") +
                        Query(of_day, {day, most - taken}),
                    [&](Statement& row) {
                      SourceKey key;
                      for (std::size_t i = 0; i < key.size(); ++i) key[i] = row.integer(static_cast<int>(i));
                      sources_.emplace_back(key, Tally{-row.integer(4), -row.integer(5)});
                      ++taken;
                      return true;
                    });
    if (!read) return unexpected(std::move(read.error()));
    if (taken > 0 || !all_so_far) continue;
    auto moved = database_.execute("UPDATE state SET value = ? WHERE name = 'kept_from'", day + 1);
    if (!moved) return unexpected(std::move(moved.error()));
  }
  return taken;
}

}  // namespace schema
