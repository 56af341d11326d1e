#include "schema/change_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "schema/address_text.h"
#include "schema/day.h"
#include "schema/gathered.h"
#include "schema/policies.h"
#include "schema/query.h"
#include "schema/summaries.h"

namespace schema {
namespace {

constexpr auto& t = change_thresholds;
constexpr std::int64_t most_policy_changes = 2000;  // as reporters tell them; a domain's own change is told by many

// As receivers act on it: what is not said is the default, what has no effect is left out.
PolicyPublished effective(PolicyPublished policy) {
  PolicyPublished plain;
  plain.p.value = policy.p.value;
  plain.sp.value = policy.sp.value == Policy::unknown ? policy.p.value : policy.sp.value;
  plain.np.value = policy.np.value == Policy::unknown ? plain.sp.value : policy.np.value;
  plain.adkim.value = policy.adkim.value == Alignment::unknown ? Alignment::r : policy.adkim.value;
  plain.aspf.value = policy.aspf.value == Alignment::unknown ? Alignment::r : policy.aspf.value;
  plain.pct = policy.pct.value_or(100);
  plain.testing = policy.testing.value_or(false);
  return plain;
}

bool weaker(const PolicyPublished& now, const PolicyPublished& before) {
  const auto strength = [](const PolicyPublished& policy) {
    return policy.p.value == Policy::reject ? 2 : policy.p.value == Policy::quarantine ? 1 : 0;
  };
  return strength(now) < strength(before);
}

}  // namespace

Result<FoundChanges> changed_policies(Database& database, const Selection& selection, const Freshness&) {
  // What each reporter told before lies before these days.
  const auto told =
      policy_changes(database, over(selection, *selection.from - t.reporter_days, selection.to), most_policy_changes);
  if (!told) return unexpected(told.error());
  struct Same {
    std::string domain;
    PolicyPublished before, now;
    std::int64_t day = 0;
    std::set<std::string> reporters;
  };
  std::vector<Same> all;  // the newest first
  for (const PolicyChange& change : *told) {
    const auto before = effective(change.from), now = effective(change.to);
    if (change.day < *selection.from || before == now) continue;
    auto same = std::find_if(all.begin(), all.end(), [&](const Same& other) {
      return other.domain == change.domain && other.before == before && other.now == now;
    });
    if (same == all.end()) same = all.insert(all.end(), {change.domain, before, now, change.day, {}});
    same->day = change.day;
    same->reporters.insert(change.reporter);
  }
  FoundChanges found;
  found.total = static_cast<std::int64_t>(all.size());
  for (const Same& same : all) {
    if (static_cast<std::int64_t>(found.list.size()) == most_of_a_change) break;
    Change change;
    change.code = ChangeCode::policy_changed;
    change.level = weaker(same.now, same.before) ? ChangeLevel::warning : ChangeLevel::info;
    change.day = same.day;
    change.domain = same.domain;
    change.numbers = {{"reporters", static_cast<std::int64_t>(same.reporters.size())}};
    change.before = same.before;
    change.now = same.now;
    found.list.push_back(std::move(change));
  }
  return found;
}

Result<FoundChanges> new_selectors(Database& database, const Selection& selection, const Freshness&) {
  const auto since = *selection.from;
  const auto of = gathered_facts(database, selection, {need_details, {"domain_id", "auth_id"}});
  if (!of) return unexpected(of.error());
  constexpr auto passed = static_cast<std::int64_t>(AuthResult::pass);
  // Signatures of the domain itself, of what is below it, and of what it is below: whoever signs so has its DNS. Most
  // of them are found among the first records of the days before, which are many.
  const Query query = Query(R"sql(
    SELECT n.name, s.value || '@' || d.value AS selector, min(u.first_seen) AS first_seen, sum(u.m) AS m, count(*) OVER ()
    FROM (SELECT domain_id, f.auth_id AS auth_id, min(day) AS first_seen, sum(f.messages) AS m FROM )sql") +
                      of->from + " WHERE " + of->where +
                      Query(R"sql( GROUP BY 1, 2) u
      JOIN domain n ON n.id = u.domain_id
      JOIN (SELECT DISTINCT auth_id, domain_id, selector_id FROM auth_dkim WHERE result = ?) k ON k.auth_id = u.auth_id
      JOIN text d ON d.id = k.domain_id
      JOIN text s ON s.id = k.selector_id
    WHERE s.value <> '' AND (d.value = n.name OR substr(d.value, -length(n.name) - 1) = '.' || n.name
                             OR substr(n.name, -length(d.value) - 1) = '.' || d.value)
      AND EXISTS (SELECT 1 FROM daily WHERE domain_id = u.domain_id AND day <= ?)
    GROUP BY u.domain_id, k.domain_id, k.selector_id
    HAVING sum(u.m) >= ? AND NOT EXISTS (
      SELECT 1 FROM report e CROSS JOIN record r ON r.report_id = e.id
      WHERE e.domain_id = u.domain_id AND e.day BETWEEN ? AND ?
        AND r.auth_id IN (SELECT auth_id FROM auth_dkim
                          WHERE domain_id = k.domain_id AND selector_id = k.selector_id AND result = ?))
    ORDER BY m DESC, 1, 2 LIMIT ?)sql",
                            {passed, since - t.history_days, t.new_messages, since - t.selector_days, since - 1, passed,
                             most_of_a_change});
  FoundChanges found;
  const auto read = each_row(database, query, [&](Statement& row) {
    Change change;
    change.code = ChangeCode::new_selector;
    change.domain = row.text(0);
    change.subject = row.text(1);
    change.day = row.integer(2);
    change.numbers = {{"messages", row.integer(3)}};
    found.total = row.integer(4);
    found.list.push_back(std::move(change));
    return true;
  });
  if (!read) return unexpected(read.error());
  return found;
}

Result<FoundChanges> silent_reporters(Database& database, const Selection& selection, const Freshness& fresh) {
  const auto since = *selection.from, as_of = *fresh.as_of;
  const auto of = facts(over(selection, since - t.reporter_days, selection.to), need_reporter | need_reports);
  const Query query = Query(R"sql(
    SELECT (SELECT org_name FROM reporter WHERE org_key = k ORDER BY id LIMIT 1), days, first_day, last_day FROM (
      SELECT o.org_key AS k, count(DISTINCT day) AS days, min(day) AS first_day, max(day) AS last_day FROM )sql") +
                      of.from + " CROSS JOIN reporter o ON o.id = reporter_id WHERE " + of.where +
                      Query(" GROUP BY 1 HAVING days >= ?) ORDER BY days DESC, k", {t.regular_reports});
  FoundChanges found;
  const auto read = each_row(database, query, [&](Statement& row) {
    const auto days = row.integer(1), first = row.integer(2), last = row.integer(3);
    // The distance between reports, rounded up; noticed when it was missed so many times.
    const auto gap = (last - first + days - 1) / days;
    const auto noticed = last + std::max(t.least_silent_days, t.silent_gaps * std::max<std::int64_t>(gap, 1));
    if (noticed < since || noticed > std::min(as_of, *selection.to)) return true;
    if (++found.total > most_of_a_change) return true;
    Change change;
    change.code = ChangeCode::reporter_silent;
    change.level = ChangeLevel::warning;
    change.day = noticed;
    change.subject = row.text(0);
    change.numbers = {{"silent_days", std::min(as_of, *selection.to) - last},
                      {"days_with_reports", days},
                      {"of_days", last - first + 1}};
    found.list.push_back(std::move(change));
    return true;
  });
  if (!read) return unexpected(read.error());
  return found;
}

Result<FoundChanges> open_failures(Database& database, const Selection& selection, const Freshness&) {
  FoundChanges found;
  const auto read = each_row(database,
                             {R"sql(
    SELECT code, count(*), max(first_failed) / ? FROM failure
    WHERE state = 'open' AND first_failed >= ? GROUP BY code ORDER BY 2 DESC, 1)sql",
                              {seconds_per_day, *selection.from * seconds_per_day}},
                             [&](Statement& row) {
                               if (++found.total > most_of_a_change) return true;
                               Change change;
                               change.code = ChangeCode::failures_open;
                               change.level = ChangeLevel::warning;
                               change.subject = row.text(0);
                               change.day = row.integer(2);
                               change.numbers = {{"failures", row.integer(1)}};
                               found.list.push_back(std::move(change));
                               return true;
                             });
  if (!read) return unexpected(read.error());
  return found;
}

}  // namespace schema
