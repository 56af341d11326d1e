// The named characters of HTML that turn up in text which should have been XML.
#pragma once

#include <string_view>

namespace ingest {

// The character as UTF-8 for "eacute"; empty for a name that is not known.
std::string_view html_entity(std::string_view name);

}  // namespace ingest
