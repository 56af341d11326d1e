#include "schema/sources.h"

#include <algorithm>

#include "schema/address_text.h"
#include "schema/batches.h"
#include "schema/conditions.h"
#include "schema/gathered.h"
#include "schema/packed_weeks.h"
#include "schema/query.h"
#include "schema/source_facts.h"
#include "schema/source_sums.h"

namespace schema {

const std::vector<std::string_view>& source_sorts() {
  static const std::vector<std::string_view> sorts = {
      "messages",       "ip",           "domains", "pass_both",  "pass_one",
      "fail_delivered", "fail_stopped", "unknown", "first_seen", "last_seen"};
  return sorts;
}

Result<Paged> sources(Database& database, const Selection& selection, const PageRequest& page,
                      const std::function<bool(const SourceRow&)>& sink) {
  Batches<SourceRow> batches(
      [&](const auto& ids, auto& rows) { return add_strips(database, selection, StripOf::addresses, ids, rows); },
      sink);
  return batches.finish(each_source(database, selection, page, 0, SourceDomains::counted,
                                    [&](const SourceSum& sum, std::string_view stored_address) {
                                      SourceRow source;
                                      source.ip = address_text(stored_address);
                                      source.domains = sum.domains;
                                      source.first_seen = sum.first_seen;
                                      source.last_seen = sum.last_seen;
                                      source.classes = sum.classes;
                                      return batches.add(sum.address_id, std::move(source));
                                    }));
}

namespace {

// Of these days.
Result<std::optional<SourceSeen>> seen_within(Database& database, const Selection& selection) {
  std::optional<SourceSeen> seen;
  const auto read = each_source_fact(database, selection, FactsOf::days, [&](const SourceFact& fact) {
    if (!seen) seen = SourceSeen{fact.first_day, fact.last_day};
    seen->first = std::min(seen->first, fact.first_day);
    seen->last = std::max(seen->last, fact.last_day);
  });
  if (!read) return unexpected(read.error());
  return seen;
}

}  // namespace

Result<std::optional<SourceSeen>> source_seen(Database& database, const IpAddress& ip,
                                              const std::optional<Condition>& domains) {
  const auto stored = stored_days(database);
  if (!stored) return unexpected(stored.error());
  if (!stored->first || !stored->last) return std::nullopt;
  Selection selection;
  selection.conditions.push_back({FilterKey::ip, {IpRange{ip, ip}}, {}});
  if (domains) selection.conditions.push_back(*domains);

  // From both ends, further each time: who sends much is met at once, and nobody's days are looked at twice.
  constexpr std::int64_t first_look = 4 * days_of_week;
  std::optional<SourceSeen> all;
  for (auto from = *stored->first, days = first_look; !all && from <= *stored->last; from += days, days *= 2) {
    const auto seen = seen_within(database, over(selection, from, std::min(from + days - 1, *stored->last)));
    if (!seen) return seen;
    all = *seen;
  }
  if (!all) return std::nullopt;
  const auto known = all->last;
  for (auto to = *stored->last, days = first_look; all->last == known && to > known; to -= days, days *= 2) {
    const auto seen = seen_within(database, over(selection, std::max(to - days + 1, known + 1), to));
    if (!seen) return seen;
    if (*seen) all->last = (*seen)->last;
  }
  return all;
}

Result<Facts> source_records(Database& database, const Selection& selection) {
  return gathered_facts(
      database, selection,
      {need_details, {"reporter_id", "policy_id", "header_from_id", "envelope_from_id", "auth_id", "override_id"}});
}

Result<std::vector<SourceOverride>> source_overrides(Database& database, const Facts& source, std::int64_t limit) {
  std::vector<SourceOverride> overrides;
  const Query query = Query(R"sql(
    SELECT json_extract(reason.value, '$.type') AS type, ifnull(json_extract(reason.value, '$.comment'), '') AS comment,
           sum(m) AS messages
    FROM (SELECT f.override_id AS id, sum(f.messages) AS m FROM )sql") +
                      source.from + " WHERE " + source.where +
                      Query(R"sql( GROUP BY 1) s JOIN override v ON v.id = s.id,
         json_each(v.value) reason
    GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT ?)sql",
                            {limit});
  const auto read = each_row(database, query, [&](Statement& row) {
    overrides.push_back({std::string(row.text(0)), std::string(row.text(1)), row.integer(2)});
    return true;
  });
  if (!read) return unexpected(read.error());
  return overrides;
}

DmarcResult AlignmentModes::of(std::string_view domain, std::string_view header_from) const {
  // Whoever does not say strict means relaxed.
  if (!strict) return aligned(domain, header_from, Alignment::r);
  const auto in_strict = aligned(domain, header_from, Alignment::s);
  if (!relaxed || in_strict == aligned(domain, header_from, Alignment::r)) return in_strict;
  return DmarcResult::unknown;
}

Result<SourceIdentities> source_identities(Database& database, const Facts& source, std::int64_t limit) {
  constexpr auto strict = static_cast<std::int64_t>(Alignment::s);
  SourceIdentities identities;
  const Query query = Query(R"sql(
    SELECT (SELECT value FROM text WHERE id = header_from_id), (SELECT value FROM text WHERE id = envelope_from_id),
           (SELECT dkim FROM auth WHERE id = auth_id), (SELECT spf FROM auth WHERE id = auth_id), class, m, total,
           dkim_relaxed, dkim_strict, spf_relaxed, spf_strict
    FROM (SELECT header_from_id, envelope_from_id, auth_id, class, sum(m) AS m, count(*) OVER () AS total,
                 max(adkim <> ?) AS dkim_relaxed, max(adkim = ?) AS dkim_strict,
                 max(aspf <> ?) AS spf_relaxed, max(aspf = ?) AS spf_strict
          FROM (SELECT f.header_from_id AS header_from_id, f.envelope_from_id AS envelope_from_id, f.auth_id AS auth_id,
                       f.result_id & 7 AS class, policy_id, sum(f.messages) AS m
                FROM )sql",
                            {strict, strict, strict, strict}) +
                      source.from + " WHERE " + source.where +
                      Query(R"sql( GROUP BY 1, 2, 3, 4, 5) CROSS JOIN policy ON policy.id = policy_id
          GROUP BY 1, 2, 3, 4 ORDER BY m DESC, 1, 2, 3, 4 LIMIT ?))sql",
                            {limit});
  const auto read = each_row(database, query, [&](Statement& row) {
    SourceIdentity identity;
    identity.header_from = row.text(0).empty() ? std::nullopt : row.optional_text(0);
    identity.envelope_from = row.optional_text(1);
    identity.dkim = row.text(2);
    identity.spf = row.text(3);
    identity.result_class = static_cast<ResultClass>(row.integer(4));
    identity.messages = row.integer(5);
    identities.total = row.integer(6);
    identity.dkim_modes = {row.integer(7) != 0, row.integer(8) != 0};
    identity.spf_modes = {row.integer(9) != 0, row.integer(10) != 0};
    identities.largest.push_back(std::move(identity));
    return true;
  });
  if (!read) return unexpected(read.error());
  return identities;
}

}  // namespace schema
