// A stored report as it stands, to compare two readings of it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "schema/sqlite.h"

namespace schema {

struct ReportSnapshot {
  std::vector<std::pair<std::string, std::string>> values;  // "messages" -> "12", in a fixed order
  std::string digest;                                       // of everything, records included, but who read it when

  bool operator==(const ReportSnapshot& other) const { return digest == other.digest; }
};

// Reads only. Error internal not_found.
Result<ReportSnapshot> report_snapshot(Database& database, std::int64_t report_id);

// "messages: 12 -> 13", one for each value that differs; where only records do, a line that says so.
std::vector<std::string> differences(const ReportSnapshot& before, const ReportSnapshot& after);

}  // namespace schema
