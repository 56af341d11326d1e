// What domains publish, as reports tell it, and what receivers made of it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/paging.h"
#include "schema/query.h"
#include "schema/report.h"
#include "schema/result.h"
#include "schema/selection.h"
#include "schema/summaries.h"

namespace schema {

// Published policies by their id, read once each. `domain` of them is empty.
class PublishedPolicies {
 public:
  explicit PublishedPolicies(Database& database) : database_(database) {}
  Result<PolicyPublished> get(std::int64_t id);

 private:
  Database& database_;
  std::map<std::int64_t, PolicyPublished> known_;
};

struct PolicyCell {
  Disposition disposition = Disposition::unknown;
  ResultClass result_class = ResultClass::unknown;
  std::int64_t messages = 0;
};

struct PolicyRow {
  std::string domain;
  PolicyPublished policy;
  ClassCounts classes;
  std::int64_t reports = 0;
  std::int64_t reporters = 0;
  std::int64_t first_seen = 0, last_seen = 0;  // days
  std::vector<PolicyCell> cells;               // those with messages
};

// Each policy of each domain. By default the one seen last comes first.
const std::vector<std::string_view>& policy_sorts();
Result<Paged> policies(Database& database, const Selection& selection, const PageRequest& page,
                       const std::function<bool(const PolicyRow&)>& sink);

// The policy_id of the newest report in the selection about a domain, as a value of SQL; null where there is none.
Query newest_policy(const Selection& selection, std::string_view domain_id);

// How many domains publish which p, each by its newest report in the selection.
struct PolicyShare {
  Policy p = Policy::unknown;
  std::int64_t domains = 0;
};
Result<std::vector<PolicyShare>> published_shares(Database& database, const Selection& selection);

// A reporter told one policy of a domain, then another.
struct PolicyChange {
  std::int64_t day = 0;
  std::string domain, reporter;
  PolicyPublished from, to;
};
// The newest first, at most `limit`.
Result<std::vector<PolicyChange>> policy_changes(Database& database, const Selection& selection, std::int64_t limit);

}  // namespace schema
