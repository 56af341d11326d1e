// What RFC 7489 appendix C and RFC 9990 appendix B ask of a report beyond what it can be understood without. Readers
// of reports need none of it; those who write them do.
#pragma once

#include "ingest/report_reader.h"
#include "schema/report.h"

namespace ingest {

// Note to the reader what deviates from the RFC of the head's dialect: in everything but the records, and in one.
void check_head(const XmlDocument& document, XmlNode feedback, bool has_records, const schema::ReportHead& head,
                ReportReader& reader);
void check_record(XmlNode node, const schema::Record& record, const schema::ReportHead& head, ReportReader& reader);

}  // namespace ingest
