// Is a database what it should be? First its file, then what stands in it: every sum is compared with what it sums.
#pragma once

#include <string>
#include <vector>

#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

// What SQLite finds wrong with the file: pages, indexes, references; a line each, none when all is well. Reads all of
// it. Errors: those of the database (a file can be too damaged to be looked at); interrupted.
Result<std::vector<std::string>> damage(Database& database);

// What contradicts itself: reports and their records, the roll-ups and the reports, runs and their outcomes. For a
// database that is up to date.
Result<std::vector<std::string>> contradictions(Database& database);

}  // namespace schema
