#include "schema/stock.h"

#include "schema/query.h"

namespace schema {

Result<Stock> stock(Database& database) {
  Stock stock;
  // A mail that is read again gets no new row, but the run that read it counts it.
  const auto read = each_row(database, R"sql(
    SELECT (SELECT count(*) FROM report), (SELECT ifnull(sum(messages), 0) FROM report),
           (SELECT count(*) FROM failure WHERE state = 'open'),
           max(ifnull((SELECT read_at FROM mail ORDER BY id DESC LIMIT 1), 0),
               ifnull((SELECT max(ifnull(ended_at, started_at)) FROM run WHERE mails > 0), 0)))sql",
                             [&](Statement& row) {
                               stock.reports = row.integer(0);
                               stock.messages = row.integer(1);
                               stock.failures_open = row.integer(2);
                               if (row.integer(3) > 0) stock.last_mail_at = row.integer(3);
                               return true;
                             });
  if (!read) return unexpected(read.error());
  return stock;
}

Result<std::optional<std::int64_t>> last_stored(Database& database, const Selection& selection) {
  std::optional<std::int64_t> last;
  const auto read = each_row(database, Query("SELECT max(p.stored_at) FROM report p WHERE ") + reports_where(selection),
                             [&](Statement& row) {
                               last = row.optional_integer(0);
                               return true;
                             });
  if (!read) return unexpected(read.error());
  return last;
}

}  // namespace schema
