// Where the addresses that a selection asks for are to be found: records are kept by report, and no index of records by
// address is (it would be a third of their size), but their days are.
#pragma once

#include "schema/result.h"
#include "schema/selection.h"
#include "schema/sqlite.h"

namespace schema {

// The selection with its `days_of_addresses`. Within a read transaction. Errors: those of the database.
Result<Selection> located(Database& database, Selection selection);

}  // namespace schema
