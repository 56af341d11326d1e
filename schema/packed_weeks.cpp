#include "schema/packed_weeks.h"

#include <algorithm>
#include <future>
#include <string>
#include <utility>

#include "schema/day.h"
#include "schema/weekly_records.h"
#include "schema/weekly_results.h"
#include "schema/weekly_sources.h"

namespace schema {
namespace {

Result<bool> is_packed(Database& database, std::int64_t week) {
  const auto found =
      database.integer("SELECT 1 FROM weekly_source WHERE week = ? AND domain_id = ?", week, all_domains);
  if (!found) return unexpected(found.error());
  return found->has_value();
}

Result<WeekOfRecords> records_beside(const std::string& path, std::int64_t week) {
  auto reader = Database::open_reader(path);
  return reader ? pack_week_of_records(*reader, week) : unexpected(std::move(reader.error()));
}

// Records are packed beside the rest, which takes as long.
Status write_week(Database& writer, std::int64_t week) {
  auto records = std::async(std::launch::async | std::launch::deferred, records_beside, writer.path(), week);
  if (auto forgotten = forget_weeks(writer, {week}); !forgotten) return forgotten;
  for (const auto write : {write_week_of_sources, write_week_of_results}) {
    if (auto written = write(writer, week); !written) return written;
  }
  const auto packed = records.get();
  return packed ? write_week_of_records(writer, week, *packed) : unexpected(packed.error());
}

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
    for (const auto forget : {forget_week_of_sources, forget_week_of_results, forget_week_of_records}) {
      if (auto gone = forget(writer, week); !gone) return gone;
    }
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

Status each_stretch(const std::vector<std::int64_t>& weeks, std::int64_t from, std::int64_t to,
                    const std::function<Status(std::int64_t week)>& week,
                    const std::function<Status(std::int64_t from, std::int64_t to)>& days) {
  for (const auto monday : weeks) {
    if (from < monday) {
      if (auto read = days(from, monday - 1); !read) return read;
    }
    if (auto read = week(monday); !read) return read;
    from = monday + days_of_week;
  }
  return from <= to ? days(from, to) : Status();
}

Result<std::vector<std::int64_t>> wrong_weeks(Database& database) {
  std::vector<std::int64_t> wrong;
  const auto weeks = database.integers("SELECT DISTINCT week FROM weekly_source ORDER BY week");
  if (!weeks) return weeks;
  for (const auto week : *weeks) {
    for (const auto is_right : {is_right_week_of_sources, is_right_week_of_results, is_right_week_of_records}) {
      const auto right = is_right(database, week);
      if (!right) return unexpected(right.error());
      if (!*right && (wrong.empty() || wrong.back() != week)) wrong.push_back(week);
    }
  }
  return wrong;
}

}  // namespace schema
