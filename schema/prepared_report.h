// A report and what is derived from it alone, so that it can be derived elsewhere than where the database is written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schema/packed_records.h"
#include "schema/report.h"

namespace schema {

struct PreparedReport : ReportHead {
  // With all that is derived.
  PreparedReport(const Report& report);
  PreparedReport(ReportHead head, PackedRecords packed);
  // Derived elsewhere: the hash in 32 bytes, an estimate for each record.
  PreparedReport(ReportHead head, PackedRecords packed, std::string hash, std::vector<std::uint8_t> derived);

  PackedRecords records;
  std::string content_hash;             // schema/content_hash.h
  std::string report_id;                // the reporter's; the hash in hexadecimal where it gave none
  std::vector<std::uint8_t> estimates;  // of each record, as in the column record.estimate
};

}  // namespace schema
