// Who reports.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "schema/freshness.h"
#include "schema/paging.h"
#include "schema/result.h"
#include "schema/selection.h"
#include "schema/summaries.h"

namespace schema {

struct NoteCount {
  std::string code;
  std::int64_t reports = 0;
};

struct ReporterRow {
  std::string reporter;  // org_name; those that differ in letter case are one
  std::vector<std::string> emails;
  ClassCounts classes;
  std::int64_t reports = 0;
  std::int64_t domains = 0;
  std::int64_t first_seen = 0, last_seen = 0;  // days, within the selection
  std::int64_t last_stored_at = 0;
  std::int64_t days_with_reports = 0;
  std::optional<int> usual_send_hour;  // UTC; schema/send_hours.h
  std::int64_t silent_days = 0;  // from its last report to the newest of all; 0 while no usual reporter is further
  std::vector<NoteCount> notes;  // most frequent first

  // From its first to its last day; none where there are too few to call anything usual.
  std::optional<double> reports_per_day() const;
};

const std::vector<std::string_view>& reporter_sorts();
Result<Paged> reporters(Database& database, const Selection& selection, const Freshness& fresh, const PageRequest& page,
                        const std::function<bool(const ReporterRow&)>& sink);

}  // namespace schema
