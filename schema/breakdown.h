// Messages by the values of one dimension, or of two: one row a value (or a pair), any table of the dashboards.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/dimension.h"
#include "schema/paging.h"
#include "schema/result.h"
#include "schema/selection.h"
#include "schema/summaries.h"

namespace schema {

struct Division {
  Dimension by;
  std::optional<Dimension> then_by = {};  // another one; of dimensions with has_several() at most one
  std::int64_t min_messages = 0;          // groups with fewer are no rows
};

struct BreakdownRow {
  std::optional<std::string> key;       // none where the report has none
  std::optional<std::string> then_key;  // of the second dimension
  ClassCounts classes;
  std::optional<std::int64_t> reports;  // none where that would need a scan of records
  std::int64_t first_seen = 0;          // days
  std::int64_t last_seen = 0;
};

// The columns that a breakdown can be sorted by.
const std::vector<std::string_view>& breakdown_sorts();

// The rows of one page in the order of `page.order`; `sink` returns false to stop. A record with several DKIM domains
// (or selectors, or SPF domains) counts under each of them, once; one with several override types under all of them
// together ("forwarded+local_policy").
Result<Paged> breakdown(Database& database, const Selection& selection, const Division& division,
                        const PageRequest& page, const std::function<bool(const BreakdownRow&)>& sink);
// The same of facts that know what the division needs. Of gathered ones (schema/gathered.h) reports are counted right by
// domain, reporter and policy alone.
Result<Paged> breakdown(Database& database, const Facts& source, const Division& division, const PageRequest& page,
                        const std::function<bool(const BreakdownRow&)>& sink);

// All groups of a division together, also those that `min_messages` leaves out.
struct AllGroups {
  std::int64_t groups = 0;
  ClassCounts classes;
};
Result<AllGroups> all_groups(Database& database, const Selection& selection, const Division& division);

}  // namespace schema
