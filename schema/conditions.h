// The conditions of a selection as SQL, for each table that may answer it.
#pragma once

#include <array>

#include "schema/query.h"
#include "schema/selection.h"

namespace schema {

// What a condition of this key needs of a table.
unsigned needs(FilterKey key);

// The boolean expression that follows WHERE: days and all conditions. Of `report`, what reports cannot say themselves
// is asked of their records.
Query conditions_sql(const Selection& selection, FactTable table);

// One condition alone; not `q`, which takes a selection.
Query condition_sql(const Condition& condition, FactTable table);

// Whether the selection asks for certain addresses (schema/source_facts.h).
bool picks_addresses(const Selection& selection);

// The classes that its conditions leave.
std::array<bool, result_class_count> wanted_classes(const Selection& selection);

}  // namespace schema
