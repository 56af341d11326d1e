// The lists of a record and a report that the database keeps as JSON text, in the shapes that the API gives on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/report.h"

namespace schema {

// Appends `text` as a JSON string with its quotes. Bytes that are no UTF-8 become U+FFFD.
void append_json(std::string& out, std::string_view text);

// [{"domain":..,"selector":..,"result":..}]: null where absent or not understood; "raw" and "human_result" only where
// there are such. For SPF "scope" stands in place of "selector".
std::string json(const std::vector<DkimAuthResult>&);
std::string json(const std::vector<SpfAuthResult>&);
// [{"type":..,"comment":..}], "raw" where there is such.
std::string json(const std::vector<Reason>&);
std::string json(const Notes&);
std::string json(const std::vector<std::string>&);
// The words of a record that were normalised away, {"source_ip":..,"disposition":..}; empty where there are none.
std::string raw_words(const Record&);
// Of a policy, "{}" where there are none.
std::string raw_words(const PolicyPublished&);

}  // namespace schema
