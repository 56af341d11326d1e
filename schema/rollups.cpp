#include "schema/rollups.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "schema/packed_weeks.h"

namespace schema {
namespace {

// Sorted as the table is, so that it is walked through once, and one entry for each key.
template <typename Tallies>
void fold(Tallies& tallies) {
  std::ranges::sort(
      tallies, {}, [](const auto& entry) -> const auto& { return entry.first; });
  std::size_t last = 0;
  for (std::size_t i = 1; i < tallies.size(); ++i) {
    if (tallies[i].first == tallies[last].first) {
      tallies[last].second.messages += tallies[i].second.messages;
      tallies[last].second.records += tallies[i].second.records;
    } else {
      tallies[++last] = tallies[i];
    }
  }
  if (!tallies.empty()) tallies.resize(last + 1);
}

// Adds each tally to its row, which ends when nothing is left of it.
template <typename Tallies>
Status merge_into(Database& database, std::string_view upsert_sql, std::string_view prune_sql, Tallies& tallies) {
  fold(tallies);
  auto upsert = database.prepare(upsert_sql);
  if (!upsert) return unexpected(std::move(upsert.error()));
  for (const auto& [key, tally] : tallies) {
    if (tally.messages == 0 && tally.records == 0) continue;
    upsert->reset();
    int parameter = 0;
    for (const auto id : key) upsert->bind(++parameter, id);
    upsert->bind(++parameter, tally.messages);
    upsert->bind(++parameter, tally.records);
    if (auto done = upsert->step(); !done) return unexpected(std::move(done.error()));
    if (tally.records > 0) continue;
    auto prune = database.prepare(prune_sql);
    if (!prune) return unexpected(std::move(prune.error()));
    parameter = 0;
    for (const auto id : key) prune->bind(++parameter, id);
    if (auto done = prune->step(); !done) return unexpected(std::move(done.error()));
  }
  return {};
}

}  // namespace

void ReportTally::count(std::int64_t address_id, std::int64_t header_from_id, std::int64_t result_id,
                        std::int64_t messages) {
  by_address_.push_back({{address_id, result_id}, {messages, 1}});
  // Of these a report has few; one that has many is folded with the batch.
  constexpr std::ptrdiff_t few = 32;
  const Pair key{header_from_id, result_id};
  const auto end = by_header_from_.begin() + std::min(std::ssize(by_header_from_), few);
  const auto known = std::ranges::find(by_header_from_.begin(), end, key, &std::pair<Pair, Tally>::first);
  if (known == end) {
    by_header_from_.push_back({key, {messages, 1}});
  } else {
    known->second.messages += messages;
    ++known->second.records;
  }
}

void Rollups::keep_part() {
  const auto signed_tally = [](const Tally& tally, int sign) {
    return Tally{sign * tally.messages, sign * tally.records};
  };
  for (const auto& [report, sign] : part_) {
    for (const auto& [key, tally] : report.by_header_from_) {
      const DailyKey row{report.domain_id_, report.day_, report.reporter_id_, report.policy_id_, key.first, key.second};
      daily_.emplace_back(row, signed_tally(tally, sign));
    }
    for (const auto& [key, tally] : report.by_address_) {
      const SourceKey row{report.domain_id_, report.day_, key.first, key.second};
      sources_.emplace_back(row, signed_tally(tally, sign));
    }
  }
  part_.clear();
}

Status Rollups::merge() {
  auto daily = merge_into(database_,
                          "INSERT INTO daily (domain_id, day, reporter_id, policy_id, header_from_id, result_id, "
                          "messages, records) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
                          "ON CONFLICT DO UPDATE SET messages = messages + excluded.messages, "
                          "records = records + excluded.records",
                          "DELETE FROM daily WHERE domain_id = ? AND day = ? AND reporter_id = ? AND policy_id = ? "
                          "AND header_from_id = ? AND result_id = ? AND records = 0",
                          daily_);
  if (!daily) return daily;
  auto sources = merge_into(database_,
                            "INSERT INTO daily_source (domain_id, day, address_id, result_id, messages, records) "
                            "VALUES (?, ?, ?, ?, ?, ?) "
                            "ON CONFLICT DO UPDATE SET messages = messages + excluded.messages, "
                            "records = records + excluded.records",
                            "DELETE FROM daily_source WHERE domain_id = ? AND day = ? AND address_id = ? "
                            "AND result_id = ? AND records = 0",
                            sources_);
  if (!sources) return sources;
  std::set<std::int64_t> weeks;
  for (const auto& [key, tally] : sources_) weeks.insert(week_of(key[1]));
  if (auto forgotten = forget_weeks(database_, weeks); !forgotten) return forgotten;
  drop();
  return {};
}

void Rollups::drop() {
  part_.clear();
  daily_.clear();
  sources_.clear();
}

Status Rollups::rebuild(Database& writer) {
  auto rebuilt = writer.execute_script(R"sql(
    DELETE FROM daily;
    INSERT INTO daily
      SELECT domain_id, day, reporter_id, policy_id, header_from_id, result_id, sum(record.messages), count(*)
      FROM record JOIN report ON report.id = record.report_id
      GROUP BY 1, 2, 3, 4, 5, 6;
    DELETE FROM daily_source;
    INSERT INTO daily_source
      SELECT domain_id, day, address_id, result_id, sum(record.messages), count(*)
      FROM record JOIN report ON report.id = record.report_id
      GROUP BY 1, 2, 3, 4;
  )sql");
  if (!rebuilt) return rebuilt;
  const auto weeks = writer.integers("SELECT DISTINCT week FROM weekly_source");
  if (!weeks) return unexpected(weeks.error());
  return forget_weeks(writer, {weeks->begin(), weeks->end()});
}

}  // namespace schema
