// Addresses that answers point to.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace server {

// As it may stand in the path or the query of an address; '/' stays.
std::string percent_encoded(std::string_view text);

// "?name=value&..."; empty without parameters.
std::string query_text(const std::vector<std::pair<std::string_view, std::string>>& parameters);

}  // namespace server
