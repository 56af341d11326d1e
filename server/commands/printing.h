// Answers of the API on standard output, for people and for programs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "server/commands/api_access.h"

namespace server {

// table, csv, ndjson or json.
bool is_format(std::string_view format);
// Says which there are; the exit code.
int wrong_format(const std::string& command);

// How wide a table may be: as the terminal is; 0 for programs, which get whole cells.
std::size_t columns_shown();

// To a terminal without control characters, unless `raw`.
void print(std::string_view text, bool raw);

// All rows, in the format that the query names. The exit code.
int print_rows(ApiAccess& api, const std::string& resource, const ApiAccess::Query& query, bool raw);

}  // namespace server
