// XML bytes -> schema::Report.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "ingest/inspection.h"
#include "ingest/limits.h"
#include "schema/report.h"
#include "schema/result.h"

namespace ingest {

// What the transport knows about a document, for fields that the XML lacks.
struct ReportHints {
  std::string file_name;  // receiver!domain!begin!end[!id].xml (RFC 9990 section 3.5.2), may be anything
  std::string subject;   // "Report Domain: ... Submitter: ... Report-ID: ..." (RFC 9990 section 3.5.3), may be anything
  std::int64_t now = 0;  // seconds since 1970; 0: not known, dates may lie ahead
};

using RecordSink = std::function<void(schema::Record&&)>;

// Reads one document, of either dialect, in any encoding, tolerantly (each repair is a note of the head). Records are
// handed to `sink` one by one, in document order, also before the head is known to be good: the caller discards them
// on error. `inspection`: is told of each occurrence of a note, and of what is accepted without one. Errors: xml_*,
// missing_field, ambiguous_field, field_too_long, bad_domain, date_range, too_many_records, and not_a_report for
// well-formed XML whose root is not `feedback`.
schema::Result<schema::ReportHead> parse_report(std::string_view bytes, const ReportHints& hints, const Limits& limits,
                                                const RecordSink& sink, const Inspection* inspection = nullptr);

}  // namespace ingest
