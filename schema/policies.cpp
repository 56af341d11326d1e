#include "schema/policies.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

#include "schema/batches.h"
#include "schema/gathered.h"
#include "schema/query.h"

namespace schema {

Result<PolicyPublished> PublishedPolicies::get(std::int64_t id) {
  if (const auto known = known_.find(id); known != known_.end()) return known->second;
  PolicyPublished policy;
  const auto read = each_row(database_,
                             {R"sql(
    SELECT p, sp, np, adkim, aspf, pct, fo, testing, discovery_method FROM policy WHERE id = ?)sql",
                              {id}},
                             [&](Statement& row) {
                               policy.p.value = static_cast<Policy>(row.integer(0));
                               policy.sp.value = static_cast<Policy>(row.integer(1));
                               policy.np.value = static_cast<Policy>(row.integer(2));
                               policy.adkim.value = static_cast<Alignment>(row.integer(3));
                               policy.aspf.value = static_cast<Alignment>(row.integer(4));
                               if (row.integer(5) >= 0) policy.pct = static_cast<int>(row.integer(5));
                               policy.fo = row.text(6);
                               if (row.integer(7) >= 0) policy.testing = row.integer(7) == 1;
                               policy.discovery_method.value = static_cast<DiscoveryMethod>(row.integer(8));
                               return true;
                             });
  if (!read) return unexpected(read.error());
  return known_.emplace(id, std::move(policy)).first->second;
}

namespace {

// Domain and policy in one number, so that a group has one key.
constexpr std::string_view pair_key = "(domain_id << 32) | policy_id";

Status add_cells(Database& database, const Selection& selection, const std::vector<std::int64_t>& keys,
                 std::vector<PolicyRow>& rows) {
  std::map<std::int64_t, PolicyRow*> by_key;
  std::set<std::int64_t> domains;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    by_key[keys[i]] = &rows[i];
    domains.insert(keys[i] >> 32);
  }
  auto these = selection;
  these.among_domains = fmt::format("[{}]", fmt::join(domains, ","));
  const auto of = gathered_facts(database, these, {need_policy | need_result, {"domain_id", "policy_id"}});
  if (!of) return unexpected(of.error());
  return each_row(database,
                  Query(fmt::format("SELECT {}, r.disposition, r.class, sum({}) AS m FROM ", pair_key, of->messages)) +
                      of->from + " WHERE " + of->where + " GROUP BY 1, 2, 3 HAVING m > 0",
                  [&](Statement& row) {
                    if (const auto found = by_key.find(row.integer(0)); found != by_key.end()) {
                      found->second->cells.push_back({static_cast<Disposition>(row.integer(1)),
                                                      static_cast<ResultClass>(row.integer(2)), row.integer(3)});
                    }
                    return true;
                  });
}

}  // namespace

const std::vector<std::string_view>& policy_sorts() {
  static const std::vector<std::string_view> sorts = {"last_seen", "first_seen", "messages",       "reports",
                                                      "pass_both", "pass_one",   "fail_delivered", "fail_stopped",
                                                      "unknown",   "domain"};
  return sorts;
}

Result<Paged> policies(Database& database, const Selection& selection, const PageRequest& page,
                       const std::function<bool(const PolicyRow&)>& sink) {
  const auto of = gathered_facts(
      database, selection, {need_policy | need_reporter | need_reports, {"domain_id", "policy_id", "reporter_id"}});
  if (!of) return unexpected(of.error());
  const std::string domain = "(SELECT name FROM domain WHERE id = k >> 32)";
  Groups groups;
  groups.grouped = Query(fmt::format("SELECT {} AS k, {} AS reports, count(DISTINCT o.org_key) AS reporters, "
                                     "min(day) AS first_seen, max({}) AS last_seen, {} FROM ",
                                     pair_key, of->report_count(), of->last_day(), of->class_sums())) +
                   of->from + " CROSS JOIN reporter o ON o.id = reporter_id WHERE " + of->where + " GROUP BY 1";
  groups.columns = fmt::format("k, {}, reports, reporters, first_seen, last_seen, {}", domain, class_columns);
  groups.sorted = page.order.column == "domain" ? domain : page.order.column.empty() ? "last_seen" : page.order.column;

  PublishedPolicies published(database);
  Batches<PolicyRow> batches([&](const auto& keys, auto& rows) { return add_cells(database, selection, keys, rows); },
                             sink);
  return batches.finish(each_group(database, groups, page, [&](Statement& row) {
    int column = first_group_column;
    const auto key = row.integer(column);
    PolicyRow of_domain;
    of_domain.domain = row.text(++column);
    of_domain.reports = row.integer(++column);
    of_domain.reporters = row.integer(++column);
    of_domain.first_seen = row.integer(++column);
    of_domain.last_seen = row.integer(++column);
    of_domain.classes = class_counts(row, ++column);
    auto policy = published.get(key & 0xffffffff);
    if (!policy) return batches.fail(std::move(policy.error()));
    of_domain.policy = std::move(*policy);
    return batches.add(key, std::move(of_domain));
  }));
}

Query newest_policy(const Selection& selection, std::string_view domain_id) {
  return Query("(SELECT policy_id FROM report p WHERE p.domain_id = " + std::string(domain_id) + " AND ") +
         reports_where(selection) + " ORDER BY p.day DESC, p.id DESC LIMIT 1)";
}

Result<std::vector<PolicyShare>> published_shares(Database& database, const Selection& selection) {
  std::vector<PolicyShare> shares;
  const Query query = Query("SELECT (SELECT p FROM policy WHERE id = policy_id) AS published, count(*) FROM (SELECT ") +
                      newest_policy(selection, "d.id") +
                      " AS policy_id FROM domain d) WHERE policy_id IS NOT NULL GROUP BY 1 ORDER BY 1";
  const auto read = each_row(database, query, [&](Statement& row) {
    shares.push_back({static_cast<Policy>(row.integer(0)), row.integer(1)});
    return true;
  });
  if (!read) return unexpected(read.error());
  return shares;
}

namespace {

// The domains of which some reporter has told several policies on these days, as a JSON array: most have told one, and
// to compare each report with the one before it takes all of them in order.
Result<std::string> domains_with_several(Database& database, Selection selection) {
  std::erase_if(selection.conditions, [](const Condition& condition) { return condition.key != FilterKey::domain; });
  selection.days_of_addresses.reset();
  const auto of = gathered_facts(
      database, selection, {need_policy | need_reporter | need_reports, {"domain_id", "reporter_id", "policy_id"}});
  if (!of) return unexpected(of.error());
  std::set<std::int64_t> domains;
  const auto read = each_row(database,
                             Query("SELECT domain_id FROM ") + of->from + " WHERE " + of->where +
                                 " GROUP BY domain_id, reporter_id HAVING min(policy_id) <> max(policy_id)",
                             [&](Statement& row) {
                               domains.insert(row.integer(0));
                               return true;
                             });
  if (!read) return unexpected(read.error());
  return fmt::format("[{}]", fmt::join(domains, ","));
}

}  // namespace

Result<std::vector<PolicyChange>> policy_changes(Database& database, const Selection& selection, std::int64_t limit) {
  std::vector<PolicyChange> changes;
  auto domains = domains_with_several(database, selection);
  if (!domains) return unexpected(std::move(domains.error()));
  auto these = selection;
  these.among_domains = std::move(*domains);
  PublishedPolicies published(database);
  Status status;
  const Query query = Query(R"sql(
    SELECT day, (SELECT name FROM domain WHERE id = domain_id), (SELECT org_name FROM reporter WHERE id = reporter_id),
           before, policy_id FROM (
      SELECT p.day AS day, p.domain_id AS domain_id, p.reporter_id AS reporter_id, p.policy_id AS policy_id, p.id AS id,
             lag(p.policy_id) OVER (PARTITION BY p.domain_id, p.reporter_id ORDER BY p.begin_, p.id) AS before
      FROM report p WHERE )sql") +
                      reports_where(these) +
                      R"sql()
    WHERE before <> policy_id ORDER BY day DESC, id DESC)sql";
  const auto read = each_row(database, query, [&](Statement& row) {
    auto from = published.get(row.integer(3)), to = published.get(row.integer(4));
    if (!from || !to) {
      status = unexpected(!from ? from.error() : to.error());
      return false;
    }
    // They may differ in words that were not understood, and then say the same.
    if (!(*from == *to)) {
      changes.push_back({row.integer(0), std::string(row.text(1)), std::string(row.text(2)), *from, *to});
    }
    return static_cast<std::int64_t>(changes.size()) < limit;
  });
  if (!read) return unexpected(read.error());
  if (!status) return unexpected(std::move(status.error()));
  return changes;
}

}  // namespace schema
