#include "schema/weekly_sources.h"

#include <algorithm>
#include <span>
#include <string>
#include <tuple>
#include <utility>

#include "schema/day.h"
#include "schema/packed_sums.h"
#include "schema/query.h"

namespace schema {
namespace {

constexpr std::int64_t days_of_week = 7;
constexpr std::size_t sums_of_piece = 4096;  // some 16 KB: who reads a week of millions has one in memory

struct PackedPiece {
  std::int64_t domain_id = 0, n = 0;
  std::string sums;
  bool operator==(const PackedPiece&) const = default;
};

struct PackedWeek {
  std::vector<PackedPiece> sums;
  std::vector<PackedDays> days;
  bool operator==(const PackedWeek&) const = default;
};

// Sorted, with one for each address and result.
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

// The sums of a domain, or over all, in pieces.
void add_sums(std::vector<PackedPiece>& pieces, std::int64_t domain_id, std::span<const PackedDay> rows) {
  std::vector<PackedSum> sums;
  sums.reserve(rows.size());
  for (const auto& row : rows) sums.push_back({row.address_id, row.result_id, row.messages, row.day, row.day});
  fold(sums);
  for (std::size_t at = 0; at == 0 || at < sums.size(); at += sums_of_piece) {
    pieces.push_back({domain_id, static_cast<std::int64_t>(at / sums_of_piece),
                      pack(std::span(sums).subspan(at, std::min(sums_of_piece, sums.size() - at)))});
  }
}

// As its days have it now. Takes some hundred bytes of memory for each of their rows.
Result<PackedWeek> packed(Database& database, std::int64_t week) {
  std::vector<PackedDay> rows;
  // By domain, as the table is sorted.
  const Query query(R"sql(
    SELECT address_id, domain_id, day, result_id, messages, records
    FROM (SELECT id FROM domain ORDER BY id) CROSS JOIN daily_source ON domain_id = id
    WHERE day BETWEEN ? AND ?)sql",
                    {week, week + days_of_week - 1});
  const auto read = each_row(database, query, [&](Statement& row) {
    rows.push_back({row.integer(0), row.integer(1), static_cast<int>(row.integer(2) - week), row.integer(3),
                    row.integer(4), row.integer(5)});
    return true;
  });
  if (!read) return unexpected(read.error());
  PackedWeek all;
  add_sums(all.sums, all_domains, rows);
  for (std::size_t first = 0, end = 0; first < rows.size(); first = end) {
    while (end < rows.size() && rows[end].domain_id == rows[first].domain_id) ++end;
    add_sums(all.sums, rows[first].domain_id, std::span(rows).subspan(first, end - first));
  }
  std::ranges::stable_sort(rows, {}, &PackedDay::address_id);  // they come by domain, day and result
  all.days = pack_days(rows);
  return all;
}

// Of a piece in weekly_days.
std::int64_t key_of(std::int64_t week, std::int64_t address) {
  return week << 32 | address;
}
constexpr std::int64_t most_address = 0xffff'ffff;

Result<bool> is_packed(Database& database, std::int64_t week) {
  const auto found =
      database.integer("SELECT 1 FROM weekly_source WHERE week = ? AND domain_id = ?", week, all_domains);
  if (!found) return unexpected(found.error());
  return found->has_value();
}

Status write_week(Database& database, std::int64_t week) {
  const auto pieces = packed(database, week);
  if (!pieces) return unexpected(pieces.error());
  if (auto forgotten = forget_weeks(database, {week}); !forgotten) return forgotten;
  for (const auto& [domain_id, n, sums] : pieces->sums) {
    auto written = database.execute("INSERT INTO weekly_source (week, domain_id, n, sums) VALUES (?, ?, ?, ?)", week,
                                    domain_id, n, Blob{sums});
    if (!written) return written;
  }
  for (const auto& [first_address, bytes] : pieces->days) {
    auto written =
        database.execute("INSERT INTO weekly_days (id, sums) VALUES (?, ?)", key_of(week, first_address), Blob{bytes});
    if (!written) return written;
  }
  return {};
}

// A piece of weekly_days as it is read: those who look for many addresses find several in one.
class DaysReader {
 public:
  DaysReader(Database& database, std::int64_t week) : database_(database), week_(week) {}

  // The rows of an address; the next one asked for is larger.
  Status each_of(std::int64_t address, const std::function<void(const PackedDay&)>& sink) {
    if (rows_.empty() || address > rows_.back().address_id) {
      if (auto read = read_piece(address); !read) return read;
    }
    auto row = std::ranges::lower_bound(rows_, address, {}, &PackedDay::address_id);
    for (; row != rows_.end() && row->address_id == address; ++row) sink(*row);
    return {};
  }

 private:
  // In which the address is, should it be anywhere.
  Status read_piece(std::int64_t address) {
    rows_.clear();
    bool whole = true;
    const Query query("SELECT id, sums FROM weekly_days WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1",
                      {key_of(week_, 0), key_of(week_, address)});
    auto read = each_row(database_, query, [&](Statement& row) {
      whole =
          unpack_days(row.integer(0) & most_address, row.blob(1), [&](const PackedDay& day) { rows_.push_back(day); });
      return true;
    });
    if (!read || whole) return read;
    return unreadable_week();
  }

  Database& database_;
  std::int64_t week_;
  std::vector<PackedDay> rows_;
};

}  // namespace

std::int64_t week_of(std::int64_t day) {
  return interval_begin(Interval::week, day);
}

Result<std::optional<std::int64_t>> week_to_pack(Database& database, NewestWeek newest) {
  const auto last = database.integer("SELECT max(day) FROM report");
  if (!last) return unexpected(last.error());
  if (!*last) return std::nullopt;
  for (std::int64_t from = 0;;) {
    const auto day = database.integer("SELECT min(day) FROM report WHERE day >= ?", from);
    if (!day) return unexpected(day.error());
    if (!*day || (newest == NewestWeek::waits && week_of(**day) >= week_of(**last))) return std::nullopt;
    const auto packed = is_packed(database, week_of(**day));
    if (!packed) return unexpected(packed.error());
    if (!*packed) return week_of(**day);
    from = week_of(**day) + days_of_week;
  }
}

Result<bool> pack_week(Writer& writer, NewestWeek newest) {
  if (auto begun = writer.begin(); !begun) return unexpected(std::move(begun.error()));
  const auto week = week_to_pack(writer.database(), newest);
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
    auto gone =
        writer.execute("DELETE FROM weekly_days WHERE id BETWEEN ? AND ?", key_of(week, 0), key_of(week, most_address));
    if (!gone) return gone;
  }
  return {};
}

Result<std::vector<std::int64_t>> packed_weeks(Database& database, std::int64_t from, std::int64_t to) {
  // Each is looked up: all rows between them are many more.
  const auto first = database.integer("SELECT min(week) FROM weekly_source");
  if (!first) return unexpected(first.error());
  const auto last = database.integer("SELECT max(week) FROM weekly_source");
  if (!last) return unexpected(last.error());
  std::vector<std::int64_t> weeks;
  if (!*first || !*last) return weeks;
  for (auto week = std::max(**first, week_of(from)); week <= std::min(**last, to); week += days_of_week) {
    const auto packed = is_packed(database, week);
    if (!packed) return unexpected(packed.error());
    if (*packed) weeks.push_back(week);
  }
  return weeks;
}

Status each_piece_of_week(Database& database, std::int64_t week, std::optional<std::int64_t> domain_id,
                          const std::function<bool(std::int64_t domain_id, std::string_view sums)>& piece) {
  Query query("SELECT domain_id, sums FROM weekly_source WHERE week = ?", {week});
  query += domain_id ? Query(" AND domain_id = ?", {*domain_id}) : Query(" AND domain_id > ?", {all_domains});
  return each_row(database, query + " ORDER BY domain_id, n",
                  [&](Statement& row) { return piece(row.integer(0), row.blob(1)); });
}

Status each_day_of_week(Database& database, std::int64_t week,
                        const std::optional<std::vector<std::int64_t>>& address_ids,
                        const std::function<void(const PackedDay&)>& sink) {
  if (address_ids) {
    DaysReader reader(database, week);
    for (const auto address : *address_ids) {
      if (auto read = reader.each_of(address, sink); !read) return read;
    }
    return {};
  }
  bool whole = true;
  auto read = each_row(database,
                       {"SELECT id, sums FROM weekly_days WHERE id BETWEEN ? AND ? ORDER BY id",
                        {key_of(week, 0), key_of(week, most_address)}},
                       [&](Statement& row) {
                         whole = unpack_days(row.integer(0) & most_address, row.blob(1), sink);
                         return whole;
                       });
  if (!read || whole) return read;
  return unreadable_week();
}

Status unreadable_week() {
  return internal_error("corrupt", "the totals by source of a week cannot be read");
}

Result<std::vector<std::int64_t>> wrong_weeks(Database& database) {
  std::vector<std::int64_t> wrong;
  const auto weeks = database.integers("SELECT DISTINCT week FROM weekly_source ORDER BY week");
  if (!weeks) return weeks;
  for (const auto week : *weeks) {
    const auto expected = packed(database, week);
    if (!expected) return unexpected(expected.error());
    PackedWeek stored;
    auto read = each_row(database,
                         {"SELECT domain_id, n, sums FROM weekly_source WHERE week = ? ORDER BY domain_id, n", {week}},
                         [&](Statement& row) {
                           stored.sums.push_back({row.integer(0), row.integer(1), std::string(row.blob(2))});
                           return true;
                         });
    if (!read) return unexpected(read.error());
    read = each_row(database,
                    {"SELECT id, sums FROM weekly_days WHERE id BETWEEN ? AND ? ORDER BY id",
                     {key_of(week, 0), key_of(week, most_address)}},
                    [&](Statement& row) {
                      stored.days.push_back({row.integer(0) & most_address, std::string(row.blob(1))});
                      return true;
                    });
    if (!read) return unexpected(read.error());
    if (stored != *expected) wrong.push_back(week);
  }
  return wrong;
}

}  // namespace schema
