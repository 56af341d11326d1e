// The rules of changes(), one function each. What they compare is told in schema/changes.h.
#pragma once

#include "schema/changes.h"

namespace schema {

struct FoundChanges {
  std::vector<Change> list;  // at most most_of_a_change
  std::int64_t total = 0;    // those left off included
};

Result<FoundChanges> changed_policies(Database& database, const Selection& selection, const Freshness& fresh);
// Days that are not complete are left out: late reporters may see other mail.
Result<FoundChanges> dropped_rates(Database& database, const Selection& selection, const Freshness& fresh);
Result<FoundChanges> dropped_sources(Database& database, const Selection& selection, const Freshness& fresh);
Result<FoundChanges> new_sources(Database& database, const Selection& selection, const Freshness& fresh);
Result<FoundChanges> new_selectors(Database& database, const Selection& selection, const Freshness& fresh);
Result<FoundChanges> silent_reporters(Database& database, const Selection& selection, const Freshness& fresh);
Result<FoundChanges> open_failures(Database& database, const Selection& selection, const Freshness& fresh);

}  // namespace schema
