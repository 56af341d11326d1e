// What pruning does to one report (schema/pruning.h).
#include <fmt/format.h>

#include <algorithm>

#include "schema/packed_weeks.h"
#include "schema/report_store.h"
#include "schema/stored_records.h"
#include "schema/weekly_records.h"

namespace schema {

Status ReportStore::shrink(std::int64_t id, std::int64_t records) {
  if (auto subtracted = subtract(id, records); !subtracted) return subtracted;
  constexpr auto sums_sql = R"sql(
    UPDATE report SET records = report.records - gone.records, messages = report.messages - gone.messages,
                      pass_both = report.pass_both - gone.pass_both, pass_one = report.pass_one - gone.pass_one,
                      fail_delivered = report.fail_delivered - gone.fail_delivered,
                      fail_stopped = report.fail_stopped - gone.fail_stopped, unknown = report.unknown - gone.unknown
    FROM (SELECT count(*) AS records, sum(messages) AS messages,
                 sum(CASE class WHEN 0 THEN messages ELSE 0 END) AS pass_both,
                 sum(CASE class WHEN 1 THEN messages ELSE 0 END) AS pass_one,
                 sum(CASE class WHEN 2 THEN messages ELSE 0 END) AS fail_delivered,
                 sum(CASE class WHEN 3 THEN messages ELSE 0 END) AS fail_stopped,
                 sum(CASE class WHEN 4 THEN messages ELSE 0 END) AS unknown
          FROM record JOIN result ON result.id = record.result_id
          WHERE report_id = ?1 AND n >= ?2) gone
    WHERE id = ?1 AND gone.records > 0)sql";
  if (auto summed = database_.execute(sums_sql, id, records); !summed) return summed;
  return keep_records(id, records);
}

Status ReportStore::keep_records(std::int64_t id, std::int64_t kept) {
  if (kept <= 0) return remove_records(id);
  auto row = database_.prepare("SELECT rows FROM report_records WHERE report_id = ?");
  if (!row) return unexpected(std::move(row.error()));
  row->bind(1, id);
  const auto found = row->step();
  if (!found) return unexpected(found.error());
  if (!*found) return {};
  // Where the last of them ends, those before it do.
  StoredRecords records(row->blob(0));
  for (std::int64_t n = 0; n < kept && records.next(); ++n) {
  }
  if (records.broken()) return internal_error("corrupt", fmt::format("The records of report {} cannot be read.", id));
  const std::string bytes(row->blob(0).substr(0, records.end()));
  row->reset();
  auto written = database_.execute("UPDATE report_records SET rows = ? WHERE report_id = ?", Blob{bytes}, id);
  return written ? database_.execute("DELETE FROM record_raw WHERE report_id = ? AND n >= ?", id, kept) : written;
}

Status ReportStore::forget(std::int64_t id, std::int64_t now) {
  constexpr auto sql = R"sql(
    INSERT OR REPLACE INTO pruned_report
      SELECT domain_id, reporter_id, report_id, begin_, end_, content_hash, records, messages, ?2
      FROM report WHERE id = ?1)sql";
  if (auto remembered = database_.execute(sql, id, now); !remembered) return remembered;
  return remove(id);
}

Result<std::int64_t> ReportStore::empty(std::int64_t id, std::int64_t most, std::int64_t now) {
  constexpr auto kept_sql = R"sql(
    INSERT INTO state SELECT 'kept_from', day FROM report WHERE id = ?
    ON CONFLICT (name) DO UPDATE SET value = min(value, excluded.value))sql";
  if (auto noted = database_.execute(kept_sql, id); !noted) return unexpected(std::move(noted.error()));
  auto marked =
      database_.execute("UPDATE report SET pruned_at = ifnull(pruned_at, ?), original_id = NULL WHERE id = ?", now, id);
  if (!marked) return unexpected(std::move(marked.error()));
  const auto day = database_.integer("SELECT day FROM report WHERE id = ?", id);
  if (!day) return unexpected(day.error());
  if (auto forgotten = forget_week_of_records(database_, week_of(day->value_or(0))); !forgotten)
    return unexpected(std::move(forgotten.error()));
  const auto records = database_.integer("SELECT count(*) FROM record WHERE report_id = ?", id);
  if (!records) return unexpected(records.error());
  const auto gone = std::min(**records, most);
  if (auto cut = keep_records(id, **records - gone); !cut) return unexpected(std::move(cut.error()));
  return gone;
}

}  // namespace schema
