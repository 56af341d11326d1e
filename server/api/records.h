// The columns of a record, which reports show too.
#pragma once

#include <vector>

#include "schema/record_list.h"
#include "server/api/list.h"

namespace server {

const std::vector<Column<schema::FlatRecord>>& record_columns();

}  // namespace server
