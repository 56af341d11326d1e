// Rows of `daily` or `record` that a selection means, out of packed weeks (schema/packed_weeks.h), which are read many
// times as quickly as the tables.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "schema/asked_ids.h"
#include "schema/result.h"
#include "schema/selection.h"
#include "schema/sqlite.h"

namespace schema {

struct WeekRow {
  std::int64_t day = 0, domain_id = 0, reporter_id = 0, policy_id = 0, header_from_id = 0, result_id = 0;
  std::int64_t messages = 0, records = 0;
  // Of `record` alone.
  std::int64_t report_id = 0, address_id = 0, auth_id = 0, override_id = 0;
  std::optional<std::int64_t> envelope_from_id;
};

// The column of this name (schema/selection.h); null: they do not know it.
using WeekColumn = std::optional<std::int64_t> (*)(const WeekRow& row);
WeekColumn week_column(FactTable table, std::string_view name);

class WeekRows {
 public:
  // Of `daily` or `record`. none: packed weeks do not know what it asks, or the table is as quick.
  static Result<std::optional<WeekRows>> of(Database& database, const Selection& selection, FactTable table);

  // The packed weeks that have one of its days, in order.
  const std::vector<std::int64_t>& weeks() const { return weeks_; }
  // Calls `sink` with each row of one of them. Errors: those of the database, `corrupt`.
  Status each(std::int64_t week, const std::function<void(const WeekRow&)>& sink) const;

 private:
  WeekRows(Database& database, const Selection& selection, FactTable table, Ids results, Ids domains,
           std::optional<Ids> addresses, std::vector<std::int64_t> weeks);
  bool is_asked(std::int64_t day, std::int64_t result_id) const;
  Status each_of_daily(std::int64_t week, const std::function<void(const WeekRow&)>& sink) const;
  Status each_of_records(std::int64_t week, const std::function<void(const WeekRow&)>& sink) const;

  Database& database_;
  const std::int64_t from_, to_;
  const FactTable table_;
  Ids results_, domains_;
  std::optional<Ids> addresses_;  // none: all
  std::vector<std::int64_t> weeks_;
};

}  // namespace schema
