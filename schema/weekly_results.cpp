#include "schema/weekly_results.h"

#include <algorithm>
#include <map>
#include <optional>

#include "schema/asked_ids.h"
#include "schema/packed_weeks.h"
#include "schema/query.h"
#include "schema/weekly_pieces.h"

namespace schema {
namespace {

constexpr std::string_view table = "weekly_result";

// As its days have it now.
Result<std::vector<PackedPiece>> packed(Database& database, std::int64_t week) {
  std::map<std::int64_t, std::vector<PackedResult>> rows;
  // By domain, as the table is sorted.
  const Query query(R"sql(
    SELECT domain_id, day, reporter_id, policy_id, header_from_id, result_id, messages, records
    FROM (SELECT id FROM domain ORDER BY id) CROSS JOIN daily ON domain_id = id
    WHERE day BETWEEN ? AND ?)sql",
                    {week, week + days_of_week - 1});
  const auto read = each_row(database, query, [&](Statement& row) {
    rows[row.integer(0)].push_back({static_cast<int>(row.integer(1) - week), row.integer(2), row.integer(3),
                                    row.integer(4), row.integer(5), row.integer(6), row.integer(7)});
    return true;
  });
  if (!read) return unexpected(read.error());
  std::vector<PackedPiece> all;
  for (const auto& [domain_id, of_domain] : rows) all.push_back({domain_id, pack_results(of_domain)});
  return all;
}

}  // namespace

Status write_week_of_results(Database& writer, std::int64_t week) {
  const auto domains = packed(writer, week);
  return domains ? write_pieces(writer, table, week, *domains) : unexpected(domains.error());
}

Status forget_week_of_results(Database& writer, std::int64_t week) {
  return forget_pieces(writer, table, week);
}

Result<bool> is_right_week_of_results(Database& database, std::int64_t week) {
  const auto expected = packed(database, week);
  if (!expected) return unexpected(expected.error());
  const auto stored = pieces_of_week(database, table, week);
  if (!stored) return unexpected(stored.error());
  return *stored == *expected;
}

Status each_result_of_week(Database& database, std::int64_t week, const std::vector<std::int64_t>& domain_ids,
                           const std::function<void(std::int64_t domain_id, const PackedResult&)>& sink) {
  std::optional<std::vector<std::int64_t>> few;
  if (domain_ids.size() <= few_domains) few = domain_ids;
  return each_piece(database, table, week, few, [&](std::int64_t domain_id, std::string_view bytes) {
    if (!std::ranges::binary_search(domain_ids, domain_id)) return std::optional(domain_id);
    const bool whole = unpack_results(bytes, [&](const PackedResult& row) { sink(domain_id, row); });
    return whole ? std::optional(domain_id) : std::nullopt;
  });
}

}  // namespace schema
