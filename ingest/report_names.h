// The names that a report goes by outside of its XML: the grammars of RFC 9990 section 3.5, and of RFC 7489 section
// 7.2.1.1, which asks for the same less firmly.
#pragma once

#include <string_view>

#include "schema/report.h"

namespace ingest {

// ridtxt, without its brackets: dot-atom-text [ "@" dot-atom-text ].
bool is_report_id(std::string_view id);

// receiver "!" policy-domain "!" begin "!" end [ "!" unique-id ] ( ".xml" / ".xml.gz" )
bool is_report_file_name(std::string_view name);

// "Report Domain: <domain> Submitter: <domain> Report-ID: <id>", unfolded. RFC 9990: in these letters, the id may be
// missing. RFC 7489: in any letters, with an id.
bool is_report_subject(std::string_view subject, schema::Dialect dialect);

}  // namespace ingest
