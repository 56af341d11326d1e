// One record of a report.
#pragma once

#include <optional>

#include "ingest/report_reader.h"
#include "schema/report.h"

namespace ingest {

// What cannot be used is left empty with a note. None for a record without a row, which says nothing. What makes the
// report ambiguous is left in the reader as its refusal.
std::optional<schema::Record> read_record(XmlNode record, const schema::PolicyPublished& policy, ReportReader& reader);

}  // namespace ingest
