#include "schema/reporters.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "schema/batches.h"
#include "schema/query.h"
#include "schema/send_hours.h"

namespace schema {
namespace {

// Few reporters write from more addresses; a hostile one could from thousands.
constexpr std::int64_t most_emails = 20;

// `keys`: the lowest id of each reporter's rows.
Status complete(Database& database, const Selection& selection, const std::vector<std::int64_t>& keys,
                std::vector<ReporterRow>& rows) {
  std::map<std::int64_t, ReporterRow*> by_key;
  for (std::size_t i = 0; i < rows.size(); ++i) by_key[keys[i]] = &rows[i];
  const std::string ids = fmt::format("[{}]", fmt::join(keys, ","));

  for (auto& [key, reporter] : by_key) {
    const auto emails = each_row(database,
                                 {R"sql(
        SELECT email FROM reporter WHERE org_key = (SELECT org_key FROM reporter WHERE id = ?) AND email <> ''
        ORDER BY id LIMIT ?)sql",
                                  {key, most_emails}},
                                 [reporter = reporter](Statement& row) {  // clang 15 and older capture no binding
                                   reporter->emails.emplace_back(row.text(0));
                                   return true;
                                 });
    if (!emails) return emails;
  }

  const auto hours = send_hours(database, selection, ids);
  if (!hours) return unexpected(hours.error());
  for (const auto& [key, of_reporter] : *hours) {
    if (const auto found = by_key.find(key); found != by_key.end())
      found->second->usual_send_hour = usual_hour(of_reporter);
  }

  // A note stands once in a report, with its count. The days tell which reports, once for all reporters of the page.
  const Query notes = Query(R"sql(
    WITH of_page (id, key) AS MATERIALIZED (
      SELECT o.id, l.id FROM json_each(?) asked JOIN reporter l ON l.id = asked.value
        JOIN reporter o ON o.org_key = l.org_key),
      noted (reporter_id, code, reports) AS MATERIALIZED (
      SELECT p.reporter_id, json_extract(note.value, '$.code'), count(*)
      FROM report p CROSS JOIN json_each(p.notes) note WHERE p.notes <> '[]' AND )sql",
                            {ids}) +
                      reports_where(selection) + R"sql( GROUP BY 1, 2)
    SELECT key, code, sum(reports) FROM noted JOIN of_page ON of_page.id = noted.reporter_id
    GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2)sql";
  return each_row(database, notes, [&](Statement& row) {
    const auto found = by_key.find(row.integer(0));
    if (found != by_key.end()) found->second->notes.push_back({std::string(row.text(1)), row.integer(2)});
    return true;
  });
}

std::int64_t silent_days(std::int64_t last_seen, const Selection& selection, const Freshness& fresh) {
  const auto complete = std::min(fresh.complete_through.value_or(last_seen), selection.to.value_or(last_seen));
  if (last_seen >= complete) return 0;
  return std::min(fresh.as_of.value_or(last_seen), selection.to.value_or(last_seen)) - last_seen;
}

}  // namespace

std::optional<double> ReporterRow::reports_per_day() const {
  if (reports < least_usual_reports) return std::nullopt;
  return static_cast<double>(reports) / static_cast<double>(last_seen - first_seen + 1);
}

const std::vector<std::string_view>& reporter_sorts() {
  static const std::vector<std::string_view> sorts = {
      "messages",     "reporter", "reports",    "domains",   "pass_both",      "pass_one",         "fail_delivered",
      "fail_stopped", "unknown",  "first_seen", "last_seen", "last_stored_at", "days_with_reports"};
  return sorts;
}

Result<Paged> reporters(Database& database, const Selection& selection, const Freshness& fresh, const PageRequest& page,
                        const std::function<bool(const ReporterRow&)>& sink) {
  const auto of = facts(selection, need_reporter | need_reports);
  Groups groups;
  groups.grouped =
      Query(fmt::format("SELECT o.org_key AS k, {} AS reports, count(DISTINCT domain_id) AS domains, "
                        "min(day) AS first_seen, max(day) AS last_seen, max(p.stored_at) AS last_stored_at, "
                        "count(DISTINCT day) AS days_with_reports, {} FROM ",
                        of.report_count(), of.class_sums())) +
      of.from + " CROSS JOIN reporter o ON o.id = reporter_id WHERE " + of.where + " GROUP BY 1";
  groups.columns = fmt::format(
      "(SELECT min(id) FROM reporter WHERE org_key = k), (SELECT org_name FROM reporter WHERE "
      "org_key = k ORDER BY id LIMIT 1), reports, domains, first_seen, last_seen, "
      "last_stored_at, days_with_reports, {}",
      class_columns);
  const auto& sorted = page.order.column;
  groups.sorted = sorted == "reporter" ? "k" : sorted.empty() ? "messages" : sorted;

  Batches<ReporterRow> batches([&](const auto& keys, auto& rows) { return complete(database, selection, keys, rows); },
                               sink);
  return batches.finish(each_group(database, groups, page, [&](Statement& row) {
    int column = first_group_column;
    const auto key = row.integer(column);
    ReporterRow reporter;
    reporter.reporter = row.text(++column);
    reporter.reports = row.integer(++column);
    reporter.domains = row.integer(++column);
    reporter.first_seen = row.integer(++column);
    reporter.last_seen = row.integer(++column);
    reporter.last_stored_at = row.integer(++column);
    reporter.days_with_reports = row.integer(++column);
    reporter.classes = class_counts(row, ++column);
    reporter.silent_days = silent_days(reporter.last_seen, selection, fresh);
    return batches.add(key, std::move(reporter));
  }));
}

}  // namespace schema
