// A zip archive written into memory.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/result.h"

namespace ingest {

// Name and content of each entry, deflated. Errors: internal, when the archive cannot be written.
schema::Result<std::string> zip_compressed(const std::vector<std::pair<std::string, std::string>>& entries);

}  // namespace ingest
