#include "schema/analysis.h"

namespace schema {

Status analyze_when_due(Database& writer) {
  const auto is_due = writer.integer(
      "SELECT ifnull((SELECT max(id) FROM report), 0) > 2 * ifnull((SELECT value FROM state WHERE name = 'analyzed'), "
      "0)");
  if (!is_due) return unexpected(is_due.error());
  if (*is_due == 0) return {};
  auto transaction = Transaction::begin(writer);
  if (!transaction) return unexpected(std::move(transaction.error()));
  auto done = writer.execute_script(
      "PRAGMA analysis_limit = 1000; ANALYZE; "
      "INSERT OR REPLACE INTO state SELECT 'analyzed', max(id) FROM report");
  if (!done) return done;
  return transaction->commit();
}

}  // namespace schema
