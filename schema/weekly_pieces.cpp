#include "schema/weekly_pieces.h"

#include <fmt/format.h>

#include "schema/query.h"

namespace schema {
namespace {

constexpr std::int64_t last_id = 0xffff'ffff;

std::int64_t key_of(std::int64_t week, std::int64_t id) {
  return week << 32 | id;
}

Query pieces(std::string_view table, std::int64_t week, std::int64_t up_to, std::string_view order) {
  return {fmt::format("SELECT id, bytes FROM {} WHERE id BETWEEN ? AND ? ORDER BY id {}", table, order),
          {key_of(week, 0), key_of(week, up_to)}};
}

}  // namespace

Status write_pieces(Database& writer, std::string_view table, std::int64_t week,
                    const std::vector<PackedPiece>& pieces) {
  const auto sql = fmt::format("INSERT INTO {} (id, bytes) VALUES (?, ?)", table);
  for (const auto& [first, bytes] : pieces) {
    if (auto written = writer.execute(sql, key_of(week, first), Blob{bytes}); !written) return written;
  }
  return {};
}

Status forget_pieces(Database& writer, std::string_view table, std::int64_t week) {
  return writer.execute(fmt::format("DELETE FROM {} WHERE id BETWEEN ? AND ?", table), key_of(week, 0),
                        key_of(week, last_id));
}

Status each_piece(Database& database, std::string_view table, std::int64_t week,
                  const std::optional<std::vector<std::int64_t>>& ids, const TakePiece& piece) {
  std::optional<std::int64_t> last = -1;  // of what was read
  const auto take = [&](Statement& row) {
    const auto first = row.integer(0) & last_id;
    if (first <= *last) return false;  // there is no other for the one that was looked for
    last = piece(first, row.blob(1));
    return last.has_value();
  };
  Status read;
  if (!ids) read = each_row(database, pieces(table, week, last_id, "ASC"), take);
  for (std::size_t i = 0; ids && read && last && i < ids->size(); ++i) {
    const auto id = (*ids)[i];
    if (id > *last) read = each_row(database, pieces(table, week, id, "DESC LIMIT 1"), take);
  }
  return last ? read : unreadable_week();
}

Result<std::vector<PackedPiece>> pieces_of_week(Database& database, std::string_view table, std::int64_t week) {
  std::vector<PackedPiece> all;
  const auto read = each_row(database, pieces(table, week, last_id, "ASC"), [&](Statement& row) {
    all.push_back({row.integer(0) & last_id, std::string(row.blob(1))});
    return true;
  });
  if (!read) return unexpected(read.error());
  return all;
}

Status unreadable_week() {
  return internal_error("corrupt", "the totals of a week cannot be read");
}

}  // namespace schema
