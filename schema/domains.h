// The domains that reports are about.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "schema/paging.h"
#include "schema/report.h"
#include "schema/result.h"
#include "schema/selection.h"
#include "schema/strips.h"
#include "schema/summaries.h"

namespace schema {

struct DomainRow {
  std::string domain;
  ClassCounts classes;
  std::int64_t reports = 0;
  std::int64_t reporters = 0;
  std::optional<PolicyPublished> policy;       // of the newest report until the end of the selection
  std::int64_t first_seen = 0, last_seen = 0;  // days, within the selection
  Strip strip;
};

const std::vector<std::string_view>& domain_sorts();
// `published`: those alone that publish this p, by their newest report in the selection (as published_shares() counts).
Result<Paged> domains(Database& database, const Selection& selection, std::optional<Policy> published,
                      const PageRequest& page, const std::function<bool(const DomainRow&)>& sink);

// Whether there has ever been a report about it.
Result<bool> domain_known(Database& database, std::string_view domain);

}  // namespace schema
