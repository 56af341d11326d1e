// The rules about pass rates: the days since then against the days before.
#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "schema/address_text.h"
#include "schema/by_id.h"
#include "schema/change_rules.h"
#include "schema/gathered.h"
#include "schema/query.h"
#include "schema/source_facts.h"
#include "schema/source_sums.h"

namespace schema {
namespace {

constexpr auto& t = change_thresholds;

std::optional<std::string> domain_name(Database& database, std::int64_t id) {
  std::optional<std::string> found;
  const auto read = each_row(database, {"SELECT name FROM domain WHERE id = ?", {id}}, [&](Statement& row) {
    found = row.text(0);
    return false;
  });
  return read ? found : std::nullopt;
}

// Mail with a verdict before `since` and from then on.
struct Rates {
  std::int64_t passed_before = 0, failed_before = 0, passed = 0, failed = 0;

  bool dropped() const {
    const auto judged = passed + failed, judged_before = passed_before + failed_before;
    return judged >= t.enough_messages && judged_before >= t.enough_messages && points() >= t.dropped_points;
  }
  // Nearly all of it passed.
  bool was_good() const {
    return passed_before >= t.enough_messages &&
           100 * passed_before >= t.source_passed * (passed_before + failed_before);
  }
  std::int64_t points() const {
    return 100 * passed_before / (passed_before + failed_before) - 100 * passed / (passed + failed);
  }
};

struct Compared {
  std::int64_t base = 0, since = 0, through = 0;  // [base, since) against [since, through]
};

std::optional<Compared> compared_days(const Selection& selection, const Freshness& fresh) {
  const auto since = *selection.from, through = std::min(*selection.to, fresh.complete_through.value_or(since - 1));
  if (through < since) return std::nullopt;
  return Compared{since - std::max(t.compared_days, through - since + 1), since, through};
}

Query rates_of(const Facts& of, std::int64_t since) {
  const std::string passed = fmt::format("{} + {}", of.by_class[0], of.by_class[1]);
  const std::string failed = fmt::format("{} + {}", of.by_class[2], of.by_class[3]);
  return Query(fmt::format("SELECT domain_id, sum(CASE WHEN day < {0} THEN {1} ELSE 0 END), "
                           "sum(CASE WHEN day < {0} THEN {2} ELSE 0 END), "
                           "sum(CASE WHEN day >= {0} THEN {1} ELSE 0 END), "
                           "sum(CASE WHEN day >= {0} THEN {2} ELSE 0 END) FROM ",
                           since, passed, failed)) +
         of.from + " WHERE " + of.where + " GROUP BY 1";
}

// The first day since then on which less passed than before, by the same number of points.
Result<std::int64_t> first_bad_day(Database& database, Selection selection, const Compared& days, unsigned needs,
                                   const Rates& rates) {
  const auto of =
      gathered_facts(database, over(std::move(selection), days.since, days.through), {needs, {}, Interval::day});
  if (!of) return unexpected(of.error());
  const std::string passed = fmt::format("sum({} + {})", of->by_class[0], of->by_class[1]);
  const std::string failed = fmt::format("sum({} + {})", of->by_class[2], of->by_class[3]);
  const auto before = 100 * rates.passed_before / (rates.passed_before + rates.failed_before);
  auto day = number(database, Query("SELECT day FROM ") + of->from + " WHERE " + of->where +
                                  fmt::format(" GROUP BY day HAVING {1} > 0 AND 100 * {0} <= {2} * ({0} + {1}) "
                                              "ORDER BY day LIMIT 1",
                                              passed, failed, before - t.dropped_points));
  // Many days may each be a little worse.
  if (day && *day == 0) return days.since;
  return day;
}

struct Dropped {
  std::int64_t domain = 0, address = 0;
  std::optional<std::string> ip;
  Rates rates;
};

Result<FoundChanges> told(Database& database, const Selection& selection, const Compared& days, ChangeCode code,
                          std::vector<Dropped> dropped) {
  FoundChanges found;
  found.total = static_cast<std::int64_t>(dropped.size());
  std::stable_sort(dropped.begin(), dropped.end(),
                   [](const Dropped& a, const Dropped& b) { return a.rates.failed > b.rates.failed; });
  dropped.resize(std::min(dropped.size(), static_cast<std::size_t>(most_of_a_change)));
  for (auto& [domain, address, ip, rates] : dropped) {
    auto one = selection;
    one.among_domains = fmt::format("[{}]", domain);
    if (ip) one.among_addresses = fmt::format("[{}]", address);
    const auto day = first_bad_day(database, std::move(one), days, ip ? need_address : need_nothing, rates);
    if (!day) return unexpected(day.error());
    Change change;
    change.code = code;
    change.level = rates.points() >= t.steeply_points ? ChangeLevel::critical : ChangeLevel::warning;
    change.day = *day;
    change.domain = domain_name(database, domain);
    change.subject = ip;
    change.numbers = {{"passed", rates.passed},
                      {"failed", rates.failed},
                      {"passed_before", rates.passed_before},
                      {"failed_before", rates.failed_before}};
    found.list.push_back(std::move(change));
  }
  return found;
}

}  // namespace

Result<FoundChanges> dropped_rates(Database& database, const Selection& selection, const Freshness& fresh) {
  const auto days = compared_days(selection, fresh);
  if (!days) return FoundChanges{};
  std::vector<Dropped> dropped;
  const auto of = facts(over(selection, days->base, days->through), need_nothing);
  const auto read = each_row(database, rates_of(of, days->since), [&](Statement& row) {
    const Rates rates{row.integer(1), row.integer(2), row.integer(3), row.integer(4)};
    if (rates.dropped()) dropped.push_back({row.integer(0), 0, std::nullopt, rates});
    return true;
  });
  if (!read) return unexpected(read.error());
  return told(database, selection, *days, ChangeCode::pass_rate_dropped, std::move(dropped));
}

Result<FoundChanges> dropped_sources(Database& database, const Selection& selection, const Freshness& fresh) {
  const auto days = compared_days(selection, fresh);
  if (!days) return FoundChanges{};
  ByIdPair<Rates> all;
  const auto read = each_source_fact(
      database, over(selection, days->base, days->through), FactsOf::days, [&](const SourceFact& fact) {
        auto& rates = all.at(fact.address_id, fact.domain_id);
        const auto result = static_cast<ResultClass>(class_of(fact.result_id));
        if (result == ResultClass::unknown) return;
        const bool passed = result == ResultClass::pass_both || result == ResultClass::pass_one;
        auto& sum = fact.first_day < days->since ? (passed ? rates.passed_before : rates.failed_before)
                                                 : (passed ? rates.passed : rates.failed);
        sum += fact.messages;
      });
  if (!read) return unexpected(read.error());
  std::vector<Dropped> dropped;
  all.each([&](std::int64_t address, std::int64_t domain, const Rates& rates) {
    if (rates.dropped() && rates.was_good()) dropped.push_back({domain, address, std::nullopt, rates});
  });
  std::ranges::sort(dropped, {}, [](const Dropped& one) { return std::pair(one.domain, one.address); });
  for (auto& one : dropped) {
    const auto stored = stored_address(database, one.address);
    if (!stored) return unexpected(stored.error());
    one.ip = address_text(*stored);
  }
  std::erase_if(dropped, [](const Dropped& one) { return !one.ip; });
  return told(database, selection, *days, ChangeCode::source_rate_dropped, std::move(dropped));
}

}  // namespace schema
