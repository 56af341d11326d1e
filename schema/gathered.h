// Sums of a table gathered in memory, as a table for queries that group them: SQLite would sort all rows it reads to
// group them by anything but their key.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "schema/day.h"
#include "schema/result.h"
#include "schema/selection.h"
#include "schema/sqlite.h"

namespace schema {

struct Gathering {
  unsigned needs = need_nothing;          // what is asked besides the selection (schema/selection.h)
  std::vector<std::string_view> columns;  // the numbers of it that queries will use, besides result_id; at most six
  // Days are wanted as the first of their interval; none: as the first and the last day of what lies together.
  std::optional<Interval> interval = {};
};

// More sums than these are left to SQLite; of reports, which are few, sooner.
inline constexpr std::size_t most_gathered_sums = 20'000, most_gathered_of_reports = 10'000;

// As facts() of this selection and these needs; but for `columns`, day, messages, records and what is joined for
// need_result nothing can be asked of them. Of `report` and `record` also report_count(), by what a report has one of:
// its domain, reporter or policy. Of `report` the result tells the class alone. Left as they are: reports by interval
// or by nothing, and too many sums. Within a read transaction. Errors: those of the database.
Result<Facts> gathered_facts(Database& database, const Selection& selection, const Gathering& wanted);

}  // namespace schema
