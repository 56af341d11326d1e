#include "schema/summaries.h"

#include <algorithm>
#include <utility>

#include "schema/by_id.h"
#include "schema/gathered.h"
#include "schema/query.h"
#include "schema/source_facts.h"
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

// The row begins with class, disposition, dkim and spf of a result.
void add_result(Summary& summary, const Statement& row, std::int64_t messages) {
  summary.classes.messages += messages;
  summary.classes.by_class.at(static_cast<std::size_t>(row.integer(0))) += messages;
  summary.disposition.at(static_cast<std::size_t>(row.integer(1))) += messages;
  summary.dkim.at(static_cast<std::size_t>(row.integer(2))) += messages;
  summary.spf.at(static_cast<std::size_t>(row.integer(3))) += messages;
}

Status add_results(Database& database, const Selection& selection, Summary& summary) {
  const auto of = gathered_facts(database, selection, {need_result | need_records, {}});
  if (!of) return unexpected(of.error());
  return each_row(
      database,
      Query("SELECT r.class, r.disposition, r.dkim, r.spf, " + of->messages + ", " + of->records + " FROM ") +
          of->from + " WHERE " + of->where,
      [&](Statement& row) {
        add_result(summary, row, row.integer(4));
        summary.records += row.integer(5);
        return true;
      });
}

Status add_sources(Database& database, const Selection& selection, Summary& summary) {
  const auto sources = count_sources(database, selection);
  if (!sources) return unexpected(sources.error());
  summary.sources = *sources;
  return {};
}

// The same as both, for what asks for domains at most: packed weeks tell sources and results in one pass, and reports
// how many records they have.
Status add_results_and_sources(Database& database, const Selection& selection, Summary& summary) {
  const auto no_address = number(database, "SELECT id FROM address WHERE ip = x''");  // 0 where there is none
  if (!no_address) return unexpected(no_address.error());
  ById<bool> met;
  ById<std::int64_t> by_result;
  auto read = each_source_fact(database, selection, FactsOf::sources, [&](const SourceFact& fact) {
    by_result.at(fact.result_id) += fact.messages;
    if (std::exchange(met.at(fact.address_id), true) || fact.address_id == *no_address) return;
    ++summary.sources;
  });
  if (!read) return read;
  read = each_row(database, "SELECT class, disposition, dkim, spf, id FROM result", [&](Statement& row) {
    add_result(summary, row, by_result.at(row.integer(4)));
    return true;
  });
  if (!read) return read;
  const auto of = facts(selection, need_reports);
  const auto records = number(database, Query("SELECT sum(p.records) FROM ") + of.from + " WHERE " + of.where);
  if (!records) return unexpected(records.error());
  summary.records = *records;
  return {};
}

bool asks_for_domains_at_most(const Selection& selection) {
  return is_of_weeks(selection) && std::ranges::all_of(selection.conditions, [](const Condition& condition) {
           return condition.key == FilterKey::domain;
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
  auto done = add_reports(database, selection, summary);
  if (done && asks_for_domains_at_most(selection)) {
    done = add_results_and_sources(database, selection, summary);
  } else {
    if (done) done = add_results(database, selection, summary);
    if (done) done = add_sources(database, selection, summary);
  }
  if (!done) return unexpected(std::move(done.error()));
  return summary;
}

Result<ClassCounts> totals(Database& database, const Selection& selection) {
  const auto of = gathered_facts(database, selection, {need_nothing, {}});
  if (!of) return unexpected(of.error());
  ClassCounts counts;
  const auto read = each_row(
      database, Query("SELECT " + of->class_sums() + " FROM ") + of->from + " WHERE " + of->where, [&](Statement& row) {
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
