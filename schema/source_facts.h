// What a selection means of each source, in the largest pieces that are kept: packed weeks (schema/weekly_sources.h)
// where they lie wholly within its days and know what it asks, and days for the rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "schema/result.h"
#include "schema/selection.h"
#include "schema/sqlite.h"

namespace schema {

struct SourceFact {
  std::int64_t address_id = 0;
  std::int64_t domain_id = 0;  // 0: all of a week
  std::int64_t first_day = 0, last_day = 0;
  std::int64_t result_id = 0;
  std::int64_t messages = 0;
};

// Whether packed weeks know what is asked, should there be some.
bool is_of_weeks(const Selection& selection);

// Calls `sink` with each, in no order. `by_domain`: the domains are wanted, too, which costs a look at every day.
// Within a read transaction. Errors: those of the database.
Status each_source_fact(Database& database, const Selection& selection, bool by_domain,
                        const std::function<void(const SourceFact&)>& sink);

}  // namespace schema
