// Messages by the values of one dimension: one row a value, any table of the dashboards.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/paging.h"
#include "schema/result.h"
#include "schema/selection.h"
#include "schema/summaries.h"

namespace schema {

enum class Dimension : std::uint8_t {
  ip,
  domain,
  reporter,
  policy,
  header_from,
  disposition,
  result_class,
  dkim,
  spf,
  combination,
  dkim_domain,
  dkim_selector,
  spf_domain,
  envelope_from,
  envelope_to,
  override_type,
  country,
  asn,
};

std::string_view name(Dimension);  // as `by=` has it
std::optional<Dimension> dimension_named(std::string_view name);
std::vector<std::string_view> dimension_names();

struct BreakdownRow {
  std::optional<std::string> key;  // none where the report has none
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
Result<Paged> breakdown(Database& database, const Selection& selection, Dimension by, const PageRequest& page,
                        const std::function<bool(const BreakdownRow&)>& sink);

}  // namespace schema
