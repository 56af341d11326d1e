#include "schema/changes.h"

#include <algorithm>
#include <tuple>

#include "schema/change_rules.h"

namespace schema {
namespace {

constexpr std::array<std::string_view, change_code_count> codes = {
    "policy_changed", "pass_rate_dropped", "source_rate_dropped", "new_source",
    "new_selector",   "reporter_silent",   "failures_open",       "mailbox_trouble"};

}  // namespace

std::string_view name(ChangeCode code) {
  return codes[static_cast<std::size_t>(code)];
}

std::string_view name(ChangeLevel level) {
  return level == ChangeLevel::critical ? "critical" : level == ChangeLevel::warning ? "warning" : "info";
}

void sort_changes(std::vector<Change>& changes) {
  const auto key = [](const Change& change) {
    return std::tuple(-change.day, change.code, std::cref(change.domain), std::cref(change.subject));
  };
  std::stable_sort(changes.begin(), changes.end(), [&](const Change& a, const Change& b) {
    const auto [day_a, code_a, domain_a, subject_a] = key(a);
    const auto [day_b, code_b, domain_b, subject_b] = key(b);
    return std::tie(day_a, code_a, domain_a.get(), subject_a.get()) <
           std::tie(day_b, code_b, domain_b.get(), subject_b.get());
  });
}

Result<Changes> changes(Database& database, const Selection& selection, const Freshness& fresh, bool with_ingestion) {
  Changes all;
  if (!selection.from || !fresh.as_of) return all;
  using Rule = Result<FoundChanges> (*)(Database&, const Selection&, const Freshness&);
  constexpr Rule rules[] = {changed_policies, dropped_rates,    dropped_sources, new_sources,
                            new_selectors,    silent_reporters, open_failures};
  for (const Rule rule : rules) {
    if (rule == open_failures && !with_ingestion) continue;
    auto found = rule(database, selection, fresh);
    if (!found) return unexpected(std::move(found.error()));
    if (found->list.empty()) continue;
    all.found[static_cast<std::size_t>(found->list.front().code)] = found->total;
    std::move(found->list.begin(), found->list.end(), std::back_inserter(all.list));
  }
  sort_changes(all.list);
  return all;
}

}  // namespace schema
