// Where the bytes of a database are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

struct TableSize {
  std::string name;   // of a table or an index
  std::string table;  // to which it belongs; of a table itself
  std::int64_t bytes = 0;
  std::int64_t rows = 0;  // of a table; 0 of an index
};

struct Sizes {
  std::int64_t page_bytes = 0, pages = 0, free_pages = 0;
  std::vector<TableSize> tables;  // the largest first; without bytes where this SQLite cannot tell them
  bool has_bytes = false;
};

// Reads every page.
Result<Sizes> sizes(Database& database);

}  // namespace schema
