// The part of a report that is not records: who reports, for which domain and time, and which policy was published.
#pragma once

#include "ingest/report_reader.h"
#include "ingest/report_xml.h"
#include "schema/report.h"

namespace ingest {

// `feedback` is the root element of `document`. Notes go to the reader; the head's own notes stay empty. Errors:
// missing_field, ambiguous_field, field_too_long, bad_domain, date_range.
schema::Result<schema::ReportHead> read_head(const XmlDocument& document, XmlNode feedback, const ReportHints& hints,
                                             ReportReader& reader);

}  // namespace ingest
