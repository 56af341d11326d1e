// What tells a report that arrives again from another one with the same identity.
#pragma once

#include <string>

#include "schema/packed_records.h"

namespace schema {

// SHA-256 (32 bytes) over the records as a multiset: their order does not matter, how often one stands there does.
// Goes by what a record says, not by how it was spelled: `raw` counts only where nothing else is known.
std::string content_hash(const PackedRecords& records);

}  // namespace schema
