// What is in the database, in one glance.
#pragma once

#include <cstdint>
#include <optional>

#include "schema/result.h"
#include "schema/selection.h"
#include "schema/sqlite.h"

namespace schema {

struct Stock {
  std::int64_t reports = 0;
  std::int64_t messages = 0;
  std::int64_t failures_open = 0;
  std::optional<std::int64_t> last_mail_at;  // seconds; when a mail or file was last read
};
Result<Stock> stock(Database& database);

// When a report that the selection means was last stored, in seconds; none: never.
Result<std::optional<std::int64_t>> last_stored(Database& database, const Selection& selection);

}  // namespace schema
