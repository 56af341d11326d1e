// A page of a list by keyset: it begins where the last one ended, however many rows came before.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/query.h"
#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

struct Order {
  std::string column;  // out of the list's own table of columns; empty: its natural order
  bool descending = true;
};

// The values by which the last row of a page is found again, in the order of the list.
using Cursor = std::vector<Value>;

struct PageRequest {
  std::optional<std::int64_t> limit;  // none: all rows
  std::optional<Cursor> after;
  Order order;
};

struct Paged {
  std::optional<Cursor> next;  // none: that was the last page
  std::int64_t total = 0;      // rows of all pages; counted only where there is a limit
};

// A cursor as text that fits into a URL as it is, and back; none for what cursor_text() has not written.
std::string cursor_text(const Cursor& cursor);
std::optional<Cursor> parse_cursor(std::string_view text);

// A list whose rows are groups, of which each has one key `k`.
struct Groups {
  Query grouped;        // a SELECT ... GROUP BY; `k` among its columns, never null
  std::string columns;  // what is selected of it: "messages, ..."; may look things up by k, for the rows of the page
  std::string sorted;   // what it is sorted by, an expression over the columns of `grouped`, never null; then by k
};

// Calls `row` on each row of the page; `columns` begin at column first_group_column. `row` returns false to stop.
inline constexpr int first_group_column = 5;
Result<Paged> each_group(Database& database, const Groups& groups, const PageRequest& page,
                         const std::function<bool(Statement&)>& row);

}  // namespace schema
