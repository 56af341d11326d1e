#include "schema/summaries.h"

#include "schema/gathered.h"
#include "schema/query.h"
#include "schema/source_sums.h"

namespace schema {

ClassCounts& ClassCounts::operator+=(const ClassCounts& other) {
  messages += other.messages;
  for (std::size_t i = 0; i < by_class.size(); ++i) by_class[i] += other.by_class[i];
  return *this;
}

ClassCounts class_counts(const Statement& row, int column) {
  ClassCounts counts;
  counts.messages = row.integer(column);
  for (auto& count : counts.by_class) count = row.integer(++column);
  return counts;
}

namespace {

Status add_results(Database& database, const Selection& selection, Summary& summary) {
  const auto of = gathered_facts(database, selection, {need_result | need_records, {}});
  if (!of) return unexpected(of.error());
  return each_row(
      database,
      Query("SELECT r.class, r.disposition, r.dkim, r.spf, " + of->messages + ", " + of->records + " FROM ") +
          of->from + " WHERE " + of->where,
      [&](Statement& row) {
        const auto messages = row.integer(4);
        summary.classes.messages += messages;
        summary.classes.by_class.at(static_cast<std::size_t>(row.integer(0))) += messages;
        summary.disposition.at(static_cast<std::size_t>(row.integer(1))) += messages;
        summary.dkim.at(static_cast<std::size_t>(row.integer(2))) += messages;
        summary.spf.at(static_cast<std::size_t>(row.integer(3))) += messages;
        summary.records += row.integer(5);
        return true;
      });
}

// Reports without records count too, where nothing is asked of records.
Status add_reports(Database& database, const Selection& selection, Summary& summary) {
  const auto of = facts(selection, need_reporter | need_reports);
  // One pass for all three: of `record` that is a scan.
  const Query query = Query(std::string("SELECT ") + std::string(of.report_count()) +
                            ", count(DISTINCT domain_id), count(DISTINCT o.org_key) FROM ") +
                      of.from + " CROSS JOIN reporter o ON o.id = reporter_id WHERE " + of.where;
  return each_row(database, query, [&](Statement& row) {
    summary.reports = row.integer(0);
    summary.domains = row.integer(1);
    summary.reporters = row.integer(2);
    return true;
  });
}

}  // namespace

Result<Summary> summary(Database& database, const Selection& selection) {
  Summary summary;
  if (const auto done = add_results(database, selection, summary); !done) return unexpected(done.error());
  if (const auto done = add_reports(database, selection, summary); !done) return unexpected(done.error());

  const auto sources = count_sources(database, selection);
  if (!sources) return unexpected(sources.error());
  summary.sources = *sources;
  return summary;
}

Result<ClassCounts> totals(Database& database, const Selection& selection) {
  const auto of = gathered_facts(database, selection, {need_nothing, {}});
  if (!of) return unexpected(of.error());
  ClassCounts counts;
  const auto read = each_row(database, Query("SELECT " + of->class_sums() + " FROM ") + of->from + " WHERE " + of->where,
                             [&](Statement& row) {
                               counts = class_counts(row, 0);
                               return true;
                             });
  if (!read) return unexpected(read.error());
  return counts;
}

Result<std::int64_t> record_count(Database& database, const Selection& selection) {
  const auto of = gathered_facts(database, selection, {need_records, {}});
  if (!of) return unexpected(of.error());
  return number(database, Query("SELECT sum(" + of->records + ") FROM ") + of->from + " WHERE " + of->where);
}

}  // namespace schema
