#include "schema/check.h"

#include <fmt/format.h>

#include "schema/day.h"
#include "schema/packed_weeks.h"
#include "schema/query.h"
#include "schema/stored_records.h"

namespace schema {
namespace {

struct Rule {
  std::string begins;  // "report ", before the number or text of each that the query finds
  std::string ends;    // ": what is wrong with it"
  Query broken;
};

// The days of a domain on which `table` has other sums than the reports. Totals may have stayed behind for a while
// after somebody stopped keeping them (schema/left_over_rollups.cpp).
Query wrong_sums(const std::string& table) {
  return Query(fmt::format(R"sql(
    WITH sums AS (SELECT domain_id, day, sum(messages) AS messages, sum(records) AS records FROM {} GROUP BY 1, 2),
      reports AS (SELECT domain_id, day, sum(messages) AS messages, sum(records) AS records FROM report
                  WHERE records > 0 GROUP BY 1, 2),
      days AS (SELECT domain_id, day FROM sums UNION SELECT domain_id, day FROM reports),
      compared AS (
        SELECT domain_id, day, ifnull(sums.messages, 0) - ifnull(reports.messages, 0) AS messages,
               ifnull(sums.records, 0) - ifnull(reports.records, 0) AS records
        FROM days LEFT JOIN sums USING (domain_id, day) LEFT JOIN reports USING (domain_id, day))
    SELECT name || ' on ' || date(day * 86400, 'unixepoch') FROM compared JOIN domain ON domain.id = domain_id
    WHERE (messages <> 0 OR records <> 0)
      AND NOT (records > 0 AND day < ifnull((SELECT max(before_day) FROM prune_run), 0)
               AND EXISTS (SELECT 1 FROM state WHERE state.name = 'kept_from' AND value <= day))
    LIMIT 20)sql",
                           table));
}

// Adds to `found` what is wrong with the records of each report; of which they cannot be read.
Result<std::vector<std::int64_t>> check_records(Database& database, std::vector<std::string>& found) {
  constexpr std::size_t most_told = 20;  // of each kind
  std::vector<std::int64_t> unreadable;
  std::size_t wrong = 0;
  const Query query(
      "SELECT id, rows, pruned_at IS NULL, records, messages FROM report LEFT JOIN report_records "
      "ON report_records.report_id = report.id ORDER BY id");
  const auto read = each_row(database, query, [&](Statement& row) {
    std::int64_t count = 0, sum = 0;
    StoredRecords records(row.blob(1));
    for (; records.next(); ++count) sum += records.messages();
    if (records.broken()) {
      unreadable.push_back(row.integer(0));
      if (unreadable.size() <= most_told)
        found.push_back(fmt::format("report {}: its records cannot be read", row.integer(0)));
    } else if (row.integer(2) != 0 && (row.integer(3) != count || row.integer(4) != sum) && ++wrong <= most_told) {
      found.push_back(
          fmt::format("report {}: its records are not as many, or not as large, as it says", row.integer(0)));
    }
    return true;
  });
  if (!read) return unexpected(read.error());
  return unreadable;
}

// Of all records that can be read.
std::vector<Rule> rules(const std::vector<std::int64_t>& unreadable) {
  return {
      {"report ", ": the five classes do not add up to its messages", R"sql(
        SELECT id FROM report
        WHERE messages <> pass_both + pass_one + fail_delivered + fail_stopped + unknown LIMIT 20)sql"},
      {"report ",
       ": one of its records refers to what is not there",
       {R"sql(
        SELECT DISTINCT report.id FROM report CROSS JOIN record ON record.report_id = report.id
        WHERE report.id NOT IN (SELECT value FROM json_each(?))
          AND (address_id NOT IN (SELECT id FROM address) OR result_id NOT IN (SELECT id FROM result)
            OR header_from_id NOT IN (SELECT id FROM text) OR envelope_from_id NOT IN (SELECT id FROM text)
            OR envelope_to_id NOT IN (SELECT id FROM text) OR auth_id NOT IN (SELECT id FROM auth)
            OR override_id NOT IN (SELECT id FROM override))
        LIMIT 20)sql",
        {fmt::format("[{}]", fmt::join(unreadable, ","))}}},
      {"the daily totals are not those of the reports: ", "", wrong_sums("daily")},
      {"the daily totals by source are not those of the reports: ", "", wrong_sums("daily_source")},
      {"run ", ": the outcomes do not add up to its attachments", R"sql(
        SELECT id FROM run
        WHERE attachments <> stored + duplicate + conflict + quarantined + ignored LIMIT 20)sql"},
      {"mail ", ": nothing is known of what became of it", R"sql(
        SELECT id FROM mail WHERE NOT EXISTS (SELECT 1 FROM attachment WHERE mail_id = mail.id) LIMIT 20)sql"},
      {"original ", ": its bytes are not there", R"sql(
        SELECT original.id FROM original LEFT JOIN original_bundle ON original_bundle.id = bundle_id
        WHERE bundle_id IS NOT NULL AND begins + length > ifnull(length(original_bundle.bytes), 0) LIMIT 20)sql"},
      {"report ", ": it is there, and remembered as pruned, too", R"sql(
        SELECT report.id FROM report JOIN pruned_report USING (domain_id, reporter_id, report_id, begin_, end_)
        LIMIT 20)sql"},
  };
}

}  // namespace

Result<std::vector<std::string>> damage(Database& database) {
  std::vector<std::string> found;
  auto read = each_row(database, "PRAGMA integrity_check(100)", [&](Statement& row) {
    if (row.text(0) != "ok") found.emplace_back(row.text(0));
    return true;
  });
  if (!read) return unexpected(std::move(read.error()));
  read = each_row(database, "PRAGMA foreign_key_check", [&](Statement& row) {
    found.push_back(
        fmt::format("row {} of {} refers to a row of {} that is not there", row.integer(1), row.text(0), row.text(2)));
    return found.size() < 200;
  });
  if (!read) return unexpected(std::move(read.error()));
  return found;
}

Result<std::vector<std::string>> contradictions(Database& database) {
  std::vector<std::string> found;
  const auto unreadable = check_records(database, found);
  if (!unreadable) return unexpected(unreadable.error());
  for (const auto& rule : rules(*unreadable)) {
    auto read = each_row(database, rule.broken, [&](Statement& row) {
      found.push_back(fmt::format("{}{}{}", rule.begins, row.text(0), rule.ends));
      return true;
    });
    if (!read) return unexpected(std::move(read.error()));
  }
  const auto weeks = wrong_weeks(database);
  if (!weeks) return unexpected(weeks.error());
  for (const auto week : *weeks) {
    found.push_back(fmt::format("what is packed of the week of {} is not what its days say", day_text(week)));
  }
  return found;
}

}  // namespace schema
