// Pages of a table whose rows only ever come behind the others.
#pragma once

#include <functional>
#include <string>

#include "schema/paging.h"
#include "schema/query.h"
#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

// What `table` has below the cursor where `condition` holds, the youngest first; `read` gives the row at hand, whose
// first column is its id, to the sink. `query`: the columns and tables. A cursor has one value.
Result<Paged> youngest_first(Database& database, const std::string& table, Query query, const Query& condition,
                             const PageRequest& page, const std::function<bool(Statement&)>& read);

}  // namespace schema
