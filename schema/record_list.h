// Records as flat rows: the whole of what reports say, for scripts.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "schema/paging.h"
#include "schema/report.h"
#include "schema/result.h"
#include "schema/selection.h"
#include "schema/verdict.h"

namespace schema {

// Views hold while the sink runs.
struct FlatRecord {
  std::int64_t day = 0;
  std::int64_t report = 0;  // its number here
  std::int64_t record = 0;  // counted from 0
  std::string_view report_id, reporter, domain;
  std::string_view header_from;  // empty: the reporter gave none
  std::optional<std::string_view> envelope_from, envelope_to;
  std::optional<std::string> ip;
  std::int64_t messages = 0;
  Disposition disposition = Disposition::unknown;
  DmarcResult dkim = DmarcResult::unknown, spf = DmarcResult::unknown;
  ResultClass result_class = ResultClass::unknown;
  std::string_view combination;
  std::string_view overrides, dkim_results, spf_results;  // JSON arrays
  std::int64_t policy_id = 0;
  PolicyPublished policy;
  std::int64_t begin = 0, end = 0;      // of the report, seconds
  std::optional<std::string_view> raw;  // JSON object of the words that were normalised away
};

// The newest day first, reports of a day from the youngest, records in their order. A cursor has three values.
Result<Paged> records(Database& database, const Selection& selection, const PageRequest& page,
                      const std::function<bool(const FlatRecord&)>& sink);

}  // namespace schema
