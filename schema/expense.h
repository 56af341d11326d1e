// Which questions cost much where much is stored.
#pragma once

#include "schema/selection.h"

namespace schema {

// Whether it takes a look at each record of more than a week, or at the sources of each day of more than a quarter.
// `further_needs`: what is asked besides the selection (schema/selection.h).
bool is_expensive(const Selection& selection, unsigned further_needs);

}  // namespace schema
