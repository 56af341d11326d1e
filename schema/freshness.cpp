#include "schema/freshness.h"

#include <algorithm>

#include "schema/query.h"

namespace schema {

Result<std::int64_t> generation(Database& database) {
  return number(database, "SELECT value FROM state WHERE name = 'generation'");
}

Result<StoredDays> stored_days(Database& database) {
  StoredDays days;
  // One of both at a time is the end of an index.
  const auto read =
      each_row(database, "SELECT (SELECT min(day) FROM report), (SELECT max(day) FROM report)", [&](Statement& row) {
        days = {row.optional_integer(0), row.optional_integer(1)};
        return true;
      });
  if (!read) return unexpected(read.error());
  return days;
}

Result<Freshness> freshness(Database& database) {
  Freshness fresh;
  const auto counter = generation(database);
  if (!counter) return unexpected(counter.error());
  fresh.generation = *counter;

  const auto stored = stored_days(database);
  if (!stored) return unexpected(stored.error());
  fresh.first_day = stored->first;
  fresh.as_of = stored->last;
  if (!fresh.as_of) return fresh;

  const auto as_of = *fresh.as_of;
  const auto days = std::min(usual_window_days, as_of - *fresh.first_day + 1);
  auto complete = as_of;
  const auto usual = each_row(database,
                              {R"sql(
    SELECT count(DISTINCT p.day), max(p.day)
    FROM report p JOIN reporter o ON o.id = p.reporter_id
    WHERE p.day > ? GROUP BY o.org_key)sql",
                               {as_of - days}},
                              [&](Statement& row) {
                                const auto last = row.integer(1);
                                if (row.integer(0) * 2 > days && as_of - last <= long_silent_days) {
                                  ++fresh.usual_reporters;
                                  complete = std::min(complete, last);
                                }
                                return true;
                              });
  if (!usual) return unexpected(usual.error());
  fresh.complete_through = complete;
  return fresh;
}

}  // namespace schema
