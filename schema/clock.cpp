#include "schema/clock.h"

namespace schema {

std::string_view name(ClockState state) {
  switch (state) {
    case ClockState::steady:
      return "steady";
    case ClockState::behind:
      return "behind";
    case ClockState::ahead:
      break;
  }
  return "ahead";
}

Result<Clock> look_at_clock(Database& database, std::int64_t now) {
  const auto seen = database.integer("SELECT seen_at FROM clock");
  if (!seen) return unexpected(seen.error());
  Clock clock{ClockState::steady, *seen};
  if (*seen && now < **seen) clock.state = ClockState::behind;
  if (*seen && now > **seen + clock_jump_seconds) clock.state = ClockState::ahead;
  return clock;
}

Status confirm_clock(const std::string& path, std::int64_t now) {
  auto database = Database::open_beside_writer(path);
  if (!database) return unexpected(std::move(database.error()));
  auto transaction = Transaction::begin(*database);
  if (!transaction) return unexpected(std::move(transaction.error()));
  auto noted = database->execute("INSERT OR REPLACE INTO clock (id, seen_at) VALUES (1, ?)", now);
  if (!noted) return noted;
  return transaction->commit();
}

}  // namespace schema
