#include "schema/week_rows.h"

#include <algorithm>
#include <array>
#include <utility>

#include "schema/conditions.h"
#include "schema/packed_weeks.h"
#include "schema/source_facts.h"
#include "schema/verdict.h"
#include "schema/weekly_pieces.h"
#include "schema/weekly_records.h"
#include "schema/weekly_results.h"

namespace schema {
namespace {

struct NamedColumn {
  std::string_view name;
  bool of_daily;
  WeekColumn value;
};

constexpr std::array<NamedColumn, 8> columns = {{
    {"domain_id", true, [](const WeekRow& row) { return std::optional(row.domain_id); }},
    {"reporter_id", true, [](const WeekRow& row) { return std::optional(row.reporter_id); }},
    {"policy_id", true, [](const WeekRow& row) { return std::optional(row.policy_id); }},
    {"header_from_id", true, [](const WeekRow& row) { return std::optional(row.header_from_id); }},
    {"address_id", false, [](const WeekRow& row) { return std::optional(row.address_id); }},
    {"envelope_from_id", false, [](const WeekRow& row) { return row.envelope_from_id; }},
    {"auth_id", false, [](const WeekRow& row) { return std::optional(row.auth_id); }},
    {"override_id", false, [](const WeekRow& row) { return std::optional(row.override_id); }},
}};

}  // namespace

WeekColumn week_column(FactTable table, std::string_view name) {
  const auto found = std::ranges::find(columns, name, &NamedColumn::name);
  return found != columns.end() && (found->of_daily || table == FactTable::record) ? found->value : nullptr;
}

WeekRows::WeekRows(Database& database, const Selection& selection, FactTable table, Ids results, Ids domains,
                   std::optional<Ids> addresses, std::vector<std::int64_t> weeks)
    : database_(database),
      from_(*selection.from),
      to_(*selection.to),
      table_(table),
      results_(std::move(results)),
      domains_(std::move(domains)),
      addresses_(std::move(addresses)),
      weeks_(std::move(weeks)) {}

Result<std::optional<WeekRows>> WeekRows::of(Database& database, const Selection& selection, FactTable table) {
  if (!selection.from || !selection.to || !asks_of_sources_only(selection)) return std::nullopt;
  auto addresses = addresses_asked_for(database, selection);
  if (!addresses) return unexpected(std::move(addresses.error()));
  // Records of a domain are found by its reports.
  if (table == FactTable::record && !picks_addresses(selection) && asks_for_domains(selection)) return std::nullopt;
  if (*addresses && (table == FactTable::daily || (*addresses)->list().size() > few_addresses)) return std::nullopt;
  auto results = results_asked_for(database, selection);
  if (!results) return unexpected(std::move(results.error()));
  auto domains = domains_asked_for(database, selection);
  if (!domains) return unexpected(std::move(domains.error()));
  const auto packed = packed_weeks(database, *selection.from, *selection.to);
  if (!packed) return unexpected(packed.error());
  std::vector<std::int64_t> weeks;
  for (const auto week : *packed) {
    const auto has = table == FactTable::record ? has_week_of_records(database, week) : Result<bool>(true);
    if (!has) return unexpected(has.error());
    if (*has) weeks.push_back(week);
  }
  return std::optional(WeekRows(database, selection, table, std::move(*results), std::move(*domains),
                                std::move(*addresses), std::move(weeks)));
}

Status WeekRows::each(std::int64_t week, const std::function<void(const WeekRow&)>& sink) const {
  return table_ == FactTable::record ? each_of_records(week, sink) : each_of_daily(week, sink);
}

bool WeekRows::is_asked(std::int64_t day, std::int64_t result_id) const {
  return day >= from_ && day <= to_ && results_.has(result_id);
}

Status WeekRows::each_of_daily(std::int64_t week, const std::function<void(const WeekRow&)>& sink) const {
  WeekRow row;
  return each_result_of_week(database_, week, domains_.list(), [&](std::int64_t domain_id, const PackedResult& packed) {
    row.day = week + packed.day;
    if (!is_asked(row.day, packed.result_id)) return;
    row.domain_id = domain_id;
    row.reporter_id = packed.reporter_id;
    row.policy_id = packed.policy_id;
    row.header_from_id = packed.header_from_id;
    row.result_id = packed.result_id;
    row.messages = packed.messages;
    row.records = packed.records;
    sink(row);
  });
}

Status WeekRows::each_of_records(std::int64_t week, const std::function<void(const WeekRow&)>& sink) const {
  std::optional<std::vector<std::int64_t>> few;
  if (addresses_) few = addresses_->list();
  WeekRow row;
  row.records = 1;
  const auto take = [&](const ReportOfWeek& report, const PackedRecord& record, const RecordDetails& details) {
    if (!is_asked(report.day, details.result_id) || !domains_.has(report.domain_id) ||
        (addresses_ && !addresses_->has(record.address_id))) {
      return;
    }
    row.day = report.day;
    row.domain_id = report.domain_id;
    row.reporter_id = report.reporter_id;
    row.policy_id = report.policy_id;
    row.header_from_id = details.header_from_id;
    row.result_id = details.result_id;
    row.messages = record.messages;
    row.report_id = report.id;
    row.address_id = record.address_id;
    row.auth_id = details.auth_id;
    row.override_id = details.override_id;
    row.envelope_from_id = details.envelope_from_id;
    sink(row);
  };
  return each_record_of_week(database_, week, few, take);
}

}  // namespace schema
