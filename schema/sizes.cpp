#include "schema/sizes.h"

#include <algorithm>
#include <map>

#include "schema/query.h"

namespace schema {

Result<Sizes> sizes(Database& database) {
  Sizes sizes;
  for (const auto& [pragma, value] :
       {std::pair("PRAGMA page_size", &sizes.page_bytes), std::pair("PRAGMA page_count", &sizes.pages),
        std::pair("PRAGMA freelist_count", &sizes.free_pages)}) {
    const auto read = number(database, pragma);
    if (!read) return unexpected(read.error());
    *value = *read;
  }
  auto read = each_row(
      database, "SELECT name, tbl_name, type = 'table' FROM sqlite_schema WHERE rootpage > 0 ORDER BY name",
      [&](Statement& row) {
        sizes.tables.push_back({std::string(row.text(0)), std::string(row.text(1)), 0, row.integer(2) != 0 ? -1 : 0});
        return true;
      });
  if (!read) return unexpected(std::move(read.error()));
  for (auto& table : sizes.tables) {
    if (table.rows == 0) continue;
    const auto rows = number(database, "SELECT count(*) FROM \"" + table.name + "\"");
    if (!rows) return unexpected(rows.error());
    table.rows = *rows;
  }
  // Not every SQLite is built with it.
  std::map<std::string, std::int64_t> bytes;
  read = each_row(database, "SELECT name, pgsize FROM dbstat WHERE aggregate = TRUE", [&](Statement& row) {
    bytes[std::string(row.text(0))] = row.integer(1);
    return true;
  });
  sizes.has_bytes = read.has_value();
  if (!read && read.error().code != "sql") return unexpected(std::move(read.error()));
  for (auto& table : sizes.tables) table.bytes = bytes[table.name];
  std::ranges::stable_sort(sizes.tables, std::greater(), &TableSize::bytes);
  return sizes;
}

}  // namespace schema
