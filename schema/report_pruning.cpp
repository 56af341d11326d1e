// What pruning does to one report (schema/pruning.h).
#include "schema/packed_weeks.h"
#include "schema/report_store.h"
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
  return database_.execute("DELETE FROM record WHERE report_id = ? AND n >= ?", id, records);
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
  constexpr auto records_sql = R"sql(
    DELETE FROM record WHERE report_id = ?1 AND n IN
      (SELECT n FROM record WHERE report_id = ?1 ORDER BY n DESC LIMIT ?2))sql";
  if (auto gone = database_.execute(records_sql, id, most); !gone) return unexpected(std::move(gone.error()));
  return database_.changes();
}

}  // namespace schema
