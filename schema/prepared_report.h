// A report and what is derived from it alone, so that it can be derived elsewhere than where the database is written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schema/report.h"

namespace schema {

struct PreparedReport {
  explicit PreparedReport(Report given);
  // Derived elsewhere.
  PreparedReport(Report given, std::string hash, std::vector<std::uint8_t> derived);

  Report report;
  std::string content_hash;             // schema/content_hash.h
  std::string report_id;                // the reporter's; the hash in hexadecimal where it gave none
  std::vector<std::uint8_t> estimates;  // of each record, as in the column record.estimate
};

}  // namespace schema
