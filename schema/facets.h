// The values that a filter can be given, with what is behind each: for pickers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schema/dimension.h"
#include "schema/result.h"
#include "schema/selection.h"

namespace schema {

struct FacetValue {
  std::string value;  // as the filter takes it: "unknown" or "none" for what reports do not say, "<>" for the null path
  std::int64_t messages = 0;
};
struct Facets {
  std::vector<FacetValue> values;  // most messages first
  bool more = false;               // there are further ones
};

// Of the values that contain `text` (without regard to letter case; empty: of all), the `most` largest. The selection
// should have no condition on `field` itself: then each value tells what choosing it would add.
Result<Facets> facets(Database& database, const Selection& selection, Dimension field, std::string_view text,
                      std::size_t most);

}  // namespace schema
