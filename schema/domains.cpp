#include "schema/domains.h"

#include <fmt/format.h>

#include "schema/batches.h"
#include "schema/gathered.h"
#include "schema/policies.h"
#include "schema/query.h"

namespace schema {
const std::vector<std::string_view>& domain_sorts() {
  static const std::vector<std::string_view> sorts = {"messages",       "domain",       "pass_both", "pass_one",
                                                      "fail_delivered", "fail_stopped", "unknown",   "reports",
                                                      "reporters",      "first_seen",   "last_seen"};
  return sorts;
}

Result<Paged> domains(Database& database, const Selection& selection, std::optional<Policy> published,
                      const PageRequest& page, const std::function<bool(const DomainRow&)>& sink) {
  const auto of = gathered_facts(database, selection, {need_reporter | need_reports, {"domain_id", "reporter_id"}});
  if (!of) return unexpected(of.error());
  Groups groups;
  groups.grouped = Query(fmt::format("SELECT domain_id AS k, {} AS reports, count(DISTINCT o.org_key) AS reporters, "
                                     "min(day) AS first_seen, max({}) AS last_seen, {} FROM ",
                                     of->report_count(), of->last_day(), of->class_sums())) +
                   of->from + " CROSS JOIN reporter o ON o.id = reporter_id WHERE " + of->where + " GROUP BY 1";
  if (published) {
    groups.grouped = Query("SELECT * FROM (") + groups.grouped +
                     ") WHERE (SELECT p FROM policy WHERE id = " + newest_policy(selection, "k") +
                     Query(") = ?", {static_cast<std::int64_t>(*published)});
  }
  const std::string name = "(SELECT name FROM domain WHERE id = k)";
  groups.columns = fmt::format(
      "k, {}, reports, reporters, first_seen, last_seen, (SELECT policy_id FROM report p WHERE p.domain_id "
      "= k AND p.day <= {} ORDER BY p.day DESC, p.id DESC LIMIT 1), {}",
      name, selection.to.value_or(0), class_columns);
  groups.sorted = page.order.column == "domain" ? name : page.order.column.empty() ? "messages" : page.order.column;

  PublishedPolicies policies(database);
  Batches<DomainRow> batches(
      [&](const auto& ids, auto& rows) { return add_strips(database, selection, StripOf::domains, ids, rows); }, sink);
  return batches.finish(each_group(database, groups, page, [&](Statement& row) {
    int column = first_group_column;
    const auto id = row.integer(column);
    DomainRow domain;
    domain.domain = row.text(++column);
    domain.reports = row.integer(++column);
    domain.reporters = row.integer(++column);
    domain.first_seen = row.integer(++column);
    domain.last_seen = row.integer(++column);
    if (const auto policy_id = row.optional_integer(++column)) {
      auto policy = policies.get(*policy_id);
      if (!policy) return batches.fail(std::move(policy.error()));
      domain.policy = std::move(*policy);
    }
    domain.classes = class_counts(row, ++column);
    return batches.add(id, std::move(domain));
  }));
}

Result<bool> domain_known(Database& database, std::string_view domain) {
  const auto known = number(database, {"SELECT EXISTS (SELECT 1 FROM domain d JOIN report p ON p.domain_id = d.id "
                                       "WHERE d.name = ?)",
                                       {std::string(domain)}});
  if (!known) return unexpected(known.error());
  return *known == 1;
}

}  // namespace schema
