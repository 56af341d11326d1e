#include "schema/paging.h"

#include <charconv>

namespace schema {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

// A value of a column and, one column on, its type.
Value typed_value(const Statement& row, int column) {
  if (row.text(column + 1) == "integer") return row.integer(column);
  return std::string(row.text(column));
}

std::optional<Value> parse_value(std::string_view part) {
  if (part.empty()) return std::nullopt;
  const char kind = part.front();
  part.remove_prefix(1);
  if (kind == 'i') {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
    if (error != std::errc() || end != part.data() + part.size()) return std::nullopt;
    return number;
  }
  if (kind != 't' || part.size() % 2 != 0) return std::nullopt;
  std::string text;
  for (std::size_t i = 0; i < part.size(); i += 2) {
    const auto high = hex_digits.find(part[i]), low = hex_digits.find(part[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    text += static_cast<char>(high * 16 + low);
  }
  return text;
}

}  // namespace

std::string cursor_text(const Cursor& cursor) {
  std::string text;
  for (const auto& value : cursor) {
    if (!text.empty()) text += '.';
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      text += 'i' + std::to_string(*number);
    } else if (const auto* words = std::get_if<std::string>(&value)) {
      text += 't';
      for (const char c : *words) {
        text += hex_digits[static_cast<unsigned char>(c) >> 4];
        text += hex_digits[static_cast<unsigned char>(c) & 15];
      }
    }
  }
  return text;
}

std::optional<Cursor> parse_cursor(std::string_view text) {
  Cursor cursor;
  for (;;) {
    const auto end = std::min(text.find('.'), text.size());
    auto value = parse_value(text.substr(0, end));
    if (!value || cursor.size() == 8) return std::nullopt;
    cursor.push_back(std::move(*value));
    if (end == text.size()) return cursor;
    text.remove_prefix(end + 1);
  }
}

Result<Paged> each_group(Database& database, const Groups& groups, const PageRequest& page,
                         const std::function<bool(Statement&)>& row) {
  const bool down = page.order.descending;
  Query query = "SELECT s, typeof(s), k, typeof(k), total, " + groups.columns + " FROM (SELECT g.*, " + groups.sorted +
                " AS s, " + (page.limit ? "count(*) OVER ()" : "0") + " AS total FROM (";
  query += groups.grouped + ") g)";
  if (page.after) {
    const auto& at = *page.after;
    query += Query(down ? " WHERE s < ? OR (s = ? AND k > ?)" : " WHERE s > ? OR (s = ? AND k > ?)",
                   {at.at(0), at.at(0), at.at(1)});
  }
  query += down ? " ORDER BY s DESC, k" : " ORDER BY s, k";
  if (page.limit) query += Query(" LIMIT ?", {*page.limit + 1});

  Paged paged;
  Cursor last;
  std::int64_t rows = 0;
  const auto read = each_row(database, query, [&](Statement& statement) {
    paged.total = statement.integer(4);
    if (page.limit && rows == *page.limit) {
      paged.next = last;
      return false;
    }
    ++rows;
    if (page.limit) last = {typed_value(statement, 0), typed_value(statement, 2)};
    return row(statement);
  });
  if (!read) return unexpected(read.error());
  return paged;
}

}  // namespace schema
