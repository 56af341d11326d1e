// A file of 16 MiB beside the database, "ruadar.db-reserve": room that is given back when the disk is full, so that the
// write-ahead log can still be moved into the database.
#pragma once

#include <cstdint>
#include <string>

#include "schema/result.h"

namespace schema {

inline constexpr std::int64_t reserve_bytes = 16 * 1024 * 1024;

// Makes the file where there is none. Error disk_full: there is no room for it now, and none is taken.
Status keep_reserve(const std::string& database);
// Gives the room back; false: there was none.
bool release_reserve(const std::string& database);
bool has_reserve(const std::string& database);

}  // namespace schema
