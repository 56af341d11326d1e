#include "schema/weekly_sources.h"

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <tuple>
#include <utility>

#include "schema/packed_sums.h"
#include "schema/packed_weeks.h"
#include "schema/query.h"
#include "schema/weekly_pieces.h"

namespace schema {
namespace {

constexpr std::size_t sums_of_piece = 4096;  // some 16 KB: who reads a week of millions has one in memory

struct SumsPiece {
  std::int64_t domain_id = 0, n = 0;
  std::string sums;
  bool operator==(const SumsPiece&) const = default;
};

struct PackedWeek {
  std::vector<SumsPiece> sums;
  std::vector<PackedPiece> days;
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

// The sums of a domain, or over all, in pieces. They come in the order of addresses, some at a time.
class SumsMaker {
 public:
  // All rows of some addresses.
  void add(std::span<const PackedDay> rows) {
    std::vector<PackedSum> sums;
    sums.reserve(rows.size());
    for (const auto& row : rows) sums.push_back({row.address_id, row.result_id, row.messages, row.day, row.day});
    fold(sums);
    for (const auto& sum : sums) {
      if (waiting_.size() == sums_of_piece) make();
      waiting_.push_back(sum);
    }
  }
  // There is one at least.
  void finish(std::int64_t domain_id, std::vector<SumsPiece>& all) {
    if (!waiting_.empty() || pieces_.empty()) make();
    for (auto& piece : pieces_) all.push_back({domain_id, n_++, std::move(piece)});
  }

 private:
  void make() {
    pieces_.push_back(pack(waiting_));
    waiting_.clear();
  }

  std::vector<PackedSum> waiting_;
  std::vector<std::string> pieces_;
  std::int64_t n_ = 0;
};

// The rows of a week of the addresses from `first` to `last`, by domain.
Status read_rows(Database& database, std::int64_t week, std::int64_t first, std::int64_t last,
                 std::vector<PackedDay>& rows) {
  const Query query(R"sql(
    SELECT address_id, domain_id, f.day, result_id, messages, records
    FROM (SELECT id FROM domain ORDER BY id) d
    CROSS JOIN (SELECT value AS day FROM json_each('[0, 1, 2, 3, 4, 5, 6]')) w
    CROSS JOIN daily_source f ON f.domain_id = d.id AND f.day = ? + w.day AND f.address_id BETWEEN ? AND ?)sql",
                    {week, first, last});
  rows.clear();
  return each_row(database, query, [&](Statement& row) {
    rows.push_back({row.integer(0), row.integer(1), static_cast<int>(row.integer(2) - week), row.integer(3),
                    row.integer(4), row.integer(5)});
    return true;
  });
}

// As its days have it now. Takes some twelve bytes of memory for each of their rows.
Result<PackedWeek> packed(Database& database, std::int64_t week) {
  // So many rows at a time, about: how many addresses have them is seen by those before.
  constexpr std::int64_t wanted_rows = 100'000, first_addresses = 256, most_times = 16;
  const auto last_address = number(database, "SELECT max(id) FROM address");
  if (!last_address) return unexpected(last_address.error());
  SumsMaker over_all;
  std::map<std::int64_t, SumsMaker> of_domains;
  PieceMaker<PackedDay> days(pack_days);
  std::vector<PackedDay> rows;
  std::int64_t addresses = first_addresses;
  for (std::int64_t first = 1; first <= *last_address; first += addresses) {
    if (first > 1)
      addresses = std::clamp(addresses * wanted_rows / std::max<std::int64_t>(std::ssize(rows), 1), std::int64_t{1},
                             most_times * addresses);
    if (auto read = read_rows(database, week, first, first + addresses - 1, rows); !read)
      return unexpected(std::move(read.error()));
    over_all.add(rows);
    for (std::size_t at = 0, end = 0; at < rows.size(); at = end) {
      while (end < rows.size() && rows[end].domain_id == rows[at].domain_id) ++end;
      of_domains[rows[at].domain_id].add(std::span(rows).subspan(at, end - at));
    }
    std::ranges::stable_sort(rows, {}, &PackedDay::address_id);  // they come by domain, day and result
    days.add(rows);
  }
  PackedWeek all;
  over_all.finish(all_domains, all.sums);
  for (auto& [domain_id, sums] : of_domains) sums.finish(domain_id, all.sums);
  all.days = days.finish();
  return all;
}

constexpr std::string_view days_table = "weekly_days";

}  // namespace

Status write_week_of_sources(Database& database, std::int64_t week) {
  const auto pieces = packed(database, week);
  if (!pieces) return unexpected(pieces.error());
  for (const auto& [domain_id, n, sums] : pieces->sums) {
    auto written = database.execute("INSERT INTO weekly_source (week, domain_id, n, sums) VALUES (?, ?, ?, ?)", week,
                                    domain_id, n, Blob{sums});
    if (!written) return written;
  }
  return write_pieces(database, days_table, week, pieces->days);
}

Status forget_week_of_sources(Database& writer, std::int64_t week) {
  if (auto gone = writer.execute("DELETE FROM weekly_source WHERE week = ?", week); !gone) return gone;
  return forget_pieces(writer, days_table, week);
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
  return each_piece(database, days_table, week, address_ids, [&](std::int64_t first_address, std::string_view bytes) {
    std::optional<std::int64_t> last;
    const auto take = [&](const PackedDay& row) {
      last = row.address_id;
      sink(row);
    };
    return unpack_days(first_address, bytes, take) ? last : std::nullopt;
  });
}

Result<bool> is_right_week_of_sources(Database& database, std::int64_t week) {
  const auto expected = packed(database, week);
  if (!expected) return unexpected(expected.error());
  PackedWeek stored;
  const auto read =
      each_row(database, {"SELECT domain_id, n, sums FROM weekly_source WHERE week = ? ORDER BY domain_id, n", {week}},
               [&](Statement& row) {
                 stored.sums.push_back({row.integer(0), row.integer(1), std::string(row.blob(2))});
                 return true;
               });
  if (!read) return unexpected(read.error());
  auto days = pieces_of_week(database, days_table, week);
  if (!days) return unexpected(days.error());
  stored.days = std::move(*days);
  return stored == *expected;
}

}  // namespace schema
