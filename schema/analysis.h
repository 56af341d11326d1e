// What SQLite knows of the tables when it chooses how to find rows.
#pragma once

#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

// Lets SQLite look again when there are more than twice as many reports as the last time, the first time included; it
// looks at some rows of each index and no more. Not within a transaction.
Status analyze_when_due(Database& writer);

}  // namespace schema
