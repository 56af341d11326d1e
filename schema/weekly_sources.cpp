#include "schema/weekly_sources.h"

#include <algorithm>
#include <string>
#include <tuple>

#include "schema/day.h"
#include "schema/packed_sums.h"
#include "schema/query.h"

namespace schema {
namespace {

constexpr std::int64_t days_of_week = 7;
constexpr std::size_t sums_of_piece = 4096;  // some 16 KB: who reads a week of millions has one in memory

// Sorted, with one entry for each address and result.
void fold(std::vector<PackedSum>& sums) {
  const auto key = [](const PackedSum& sum) { return std::tie(sum.address_id, sum.result_id); };
  std::ranges::sort(sums, {}, key);
  std::size_t last = 0;
  for (std::size_t i = 1; i < sums.size(); ++i) {
    if (key(sums[i]) != key(sums[last])) {
      sums[++last] = sums[i];
      continue;
    }
    sums[last].messages += sums[i].messages;
    sums[last].first_day = std::min(sums[last].first_day, sums[i].first_day);
    sums[last].last_day = std::max(sums[last].last_day, sums[i].last_day);
  }
  if (!sums.empty()) sums.resize(last + 1);
}

// The pieces of a week, as its days have it now.
Result<std::vector<std::string>> pieces_of(Database& database, std::int64_t week) {
  std::vector<PackedSum> sums;
  std::size_t room = 1 << 16;
  // By domain, since that is how the table is sorted.
  const Query query(R"sql(
    SELECT address_id, result_id, messages, day FROM daily_source
    WHERE domain_id IN (SELECT id FROM domain) AND day BETWEEN ? AND ?)sql",
                    {week, week + days_of_week - 1});
  const auto read = each_row(database, query, [&](Statement& row) {
    const auto day = static_cast<int>(row.integer(3) - week);
    sums.push_back({row.integer(0), row.integer(1), row.integer(2), day, day});
    if (sums.size() < room) return true;
    fold(sums);
    room = std::max(room, 2 * sums.size());
    return true;
  });
  if (!read) return unexpected(read.error());
  fold(sums);
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at == 0 || at < sums.size(); at += sums_of_piece) {
    pieces.push_back(pack(std::span(sums).subspan(at, std::min(sums_of_piece, sums.size() - at))));
  }
  return pieces;
}

Status write_week(Database& database, std::int64_t week) {
  const auto pieces = pieces_of(database, week);
  if (!pieces) return unexpected(pieces.error());
  for (std::size_t n = 0; n < pieces->size(); ++n) {
    auto written =
        database.execute("INSERT INTO weekly_source (week, n, sums) VALUES (?, ?, ?)", week, n, Blob{(*pieces)[n]});
    if (!written) return written;
  }
  return {};
}

}  // namespace

std::int64_t week_of(std::int64_t day) {
  return interval_begin(Interval::week, day);
}

Result<std::optional<std::int64_t>> week_to_pack(Database& database) {
  const auto newest = database.integer("SELECT max(day) FROM report");
  if (!newest) return unexpected(newest.error());
  if (!*newest) return std::nullopt;
  for (std::int64_t from = 0;;) {
    const auto day = database.integer("SELECT min(day) FROM report WHERE day >= ?", from);
    if (!day) return unexpected(day.error());
    if (!*day || week_of(**day) >= week_of(**newest)) return std::nullopt;
    const auto packed = database.integer("SELECT 1 FROM weekly_source WHERE week = ? AND n = 0", week_of(**day));
    if (!packed) return unexpected(packed.error());
    if (!*packed) return week_of(**day);
    from = week_of(**day) + days_of_week;
  }
}

Result<bool> pack_week(Writer& writer) {
  if (auto begun = writer.begin(); !begun) return unexpected(std::move(begun.error()));
  const auto week = week_to_pack(writer.database());
  Status written;
  if (!week) written = unexpected(week.error());
  if (week && *week) written = write_week(writer.database(), **week);
  if (!written) {
    writer.rollback();
    return unexpected(std::move(written.error()));
  }
  if (auto committed = writer.commit(); !committed) return unexpected(std::move(committed.error()));
  if (auto moved = writer.checkpoint(); !moved) return unexpected(std::move(moved.error()));
  return week->has_value();
}

Status forget_weeks(Database& writer, const std::set<std::int64_t>& weeks) {
  for (const auto week : weeks) {
    if (auto gone = writer.execute("DELETE FROM weekly_source WHERE week = ?", week); !gone) return gone;
  }
  return {};
}

Result<std::vector<std::int64_t>> each_piece(
    Database& database, std::int64_t from, std::int64_t to,
    const std::function<void(std::int64_t week, std::string_view sums)>& piece) {
  std::vector<std::int64_t> weeks;
  const Query query("SELECT week, sums FROM weekly_source WHERE week BETWEEN ? AND ? ORDER BY week, n",
                    {from, to - days_of_week + 1});
  const auto read = each_row(database, query, [&](Statement& row) {
    if (weeks.empty() || weeks.back() != row.integer(0)) weeks.push_back(row.integer(0));
    piece(weeks.back(), row.blob(1));
    return true;
  });
  if (!read) return unexpected(read.error());
  return weeks;
}

Result<std::vector<std::int64_t>> wrong_weeks(Database& database) {
  std::vector<std::int64_t> wrong;
  const auto weeks = database.integers("SELECT DISTINCT week FROM weekly_source ORDER BY week");
  if (!weeks) return weeks;
  for (const auto week : *weeks) {
    const auto expected = pieces_of(database, week);
    if (!expected) return unexpected(expected.error());
    std::vector<std::string> stored;
    const auto read =
        each_row(database, {"SELECT sums FROM weekly_source WHERE week = ? ORDER BY n", {week}}, [&](Statement& row) {
          stored.emplace_back(row.blob(0));
          return true;
        });
    if (!read) return unexpected(read.error());
    if (stored != *expected) wrong.push_back(week);
  }
  return wrong;
}

}  // namespace schema
