// Reports, for reading: in a list, and one with all that is known about it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "schema/paging.h"
#include "schema/report.h"
#include "schema/result.h"
#include "schema/selection.h"
#include "schema/summaries.h"

namespace schema {

struct ReportRow {
  std::int64_t id = 0;
  std::string reporter, email, report_id, domain;
  std::int64_t begin = 0, end = 0;  // seconds
  std::int64_t day = 0;
  std::int64_t records = 0;
  ClassCounts classes;  // of all of it, whatever the selection asks of records
  PolicyPublished policy;
  Dialect dialect = Dialect::rfc7489;
  std::vector<std::string> notes;  // codes
  std::int64_t sightings = 0;      // arrivals, the first included
  std::string authenticity;
};

// The newest day first unless asked otherwise; equal ones by id. A cursor has two values.
const std::vector<std::string_view>& report_sorts();
Result<Paged> reports(Database& database, const Selection& selection, const PageRequest& page,
                      const std::function<bool(const ReportRow&)>& sink);

struct StoredNote {
  Note note;
  bool placed = false;  // position is known
};
struct Arrival {
  std::int64_t mail = 0;
  std::int64_t at = 0;  // seconds; of the first: when the mail was read
  std::string origin, position;
  std::optional<std::string> subject, from, message_id;
};
struct ReportConflict {
  std::int64_t failure = 0;
  std::string origin;
  std::int64_t first_failed = 0;
  std::string state;
};

struct ReportDetail {
  ReportRow row;
  std::string version, extra_contact_info, generator;
  std::string errors;  // JSON array of strings
  std::vector<StoredNote> notes;
  std::string name;  // of the file it came in
  std::int64_t stored_at = 0;
  std::string parser;
  std::optional<std::string> sha256;  // hexadecimal; none: the original is not kept
  std::optional<std::int64_t> bytes;
  std::optional<std::int64_t> original_id;
  std::int64_t document = 0;
  Arrival first;
  std::vector<Arrival> seen;  // further ones, oldest first, at most most_arrivals
  std::vector<ReportConflict> conflicts;
};
inline constexpr std::int64_t most_arrivals = 100;

// none: there is no such report.
Result<std::optional<ReportDetail>> report_detail(Database& database, std::int64_t id);

}  // namespace schema
