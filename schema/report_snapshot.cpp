#include "schema/report_snapshot.h"

#include <fmt/format.h>

#include <array>

#include "schema/sha256.h"

namespace schema {
namespace {

// Length and bytes, so that columns cannot flow into each other.
void add(Sha256& hash, std::string_view value) {
  hash.update(std::to_string(value.size()) + ':');
  hash.update(value);
}

}  // namespace

Result<ReportSnapshot> report_snapshot(Database& database, std::int64_t report_id) {
  constexpr auto names = std::to_array<const char*>(
      {"org_name",           "email",    "domain",         "report_id",    "begin",   "end",     "records", "messages",
       "pass_both",          "pass_one", "fail_delivered", "fail_stopped", "unknown", "dialect", "policy",  "version",
       "extra_contact_info", "errors",   "generator",      "notes"});
  constexpr auto head_sql = R"sql(
    SELECT reporter.org_name, reporter.email, domain.name, report.report_id, begin_, end_, records, messages, pass_both,
           pass_one, fail_delivered, fail_stopped, unknown, dialect, policy_id, version, extra_contact_info, errors,
           generator, notes
    FROM report JOIN reporter ON reporter.id = reporter_id JOIN domain ON domain.id = domain_id
    WHERE report.id = ?)sql";
  auto head = database.prepare(head_sql);
  if (!head) return unexpected(std::move(head.error()));
  head->bind(1, report_id);
  const auto found = head->step();
  if (!found) return unexpected(found.error());
  if (!*found) return internal_error("not_found", fmt::format("There is no report {}.", report_id));
  ReportSnapshot snapshot;
  Sha256 hash;
  int column = 0;
  for (const auto* name : names) {
    snapshot.values.emplace_back(name, head->text(column++));
    add(hash, snapshot.values.back().second);
  }
  constexpr auto records_sql = R"sql(
    SELECT n, address_id, messages, result_id, header_from_id, envelope_from_id, envelope_to_id, auth_id, override_id,
           raw, estimate
    FROM record WHERE report_id = ? ORDER BY n)sql";
  auto record = database.prepare(records_sql);
  if (!record) return unexpected(std::move(record.error()));
  record->bind(1, report_id);
  for (;;) {
    const auto row = record->step();
    if (!row) return unexpected(row.error());
    if (!*row) break;
    for (int i = 0; i < record->columns(); ++i) add(hash, record->is_null(i) ? "null" : record->text(i));
  }
  snapshot.digest = hash.finish();
  return snapshot;
}

std::vector<std::string> differences(const ReportSnapshot& before, const ReportSnapshot& after) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < before.values.size(); ++i) {
    const auto& [name, was] = before.values[i];
    const auto& is = after.values[i].second;
    if (was != is) lines.push_back(fmt::format("{}: {} -> {}", name, was, is));
  }
  if (lines.empty() && before.digest != after.digest) lines.push_back("details of its records");
  return lines;
}

}  // namespace schema
