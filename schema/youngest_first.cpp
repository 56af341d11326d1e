#include "schema/youngest_first.h"

namespace schema {

Result<Paged> youngest_first(Database& database, const std::string& table, Query query, const Query& condition,
                             const PageRequest& page, const std::function<bool(Statement&)>& read) {
  query += " WHERE " + condition;
  query += Query(" AND " + table + ".id < ?", {page.after ? page.after->at(0) : Value(INT64_MAX)});
  query += " ORDER BY " + table + ".id DESC";
  if (page.limit) query += Query(" LIMIT ?", {*page.limit + 1});

  Paged paged;
  if (page.limit) {
    const auto total = number(database, "SELECT count(*) FROM " + table + " WHERE " + condition);
    if (!total) return unexpected(total.error());
    paged.total = *total;
  }
  std::int64_t rows = 0, last = 0;
  const auto all = each_row(database, query, [&](Statement& row) {
    if (page.limit && rows++ == *page.limit) {
      paged.next = Cursor{last};
      return false;
    }
    last = row.integer(0);
    return read(row);
  });
  if (!all) return unexpected(all.error());
  return paged;
}

}  // namespace schema
