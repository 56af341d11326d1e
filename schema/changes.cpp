#include "schema/changes.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>
#include <vector>

#include "schema/change_rules.h"
#include "schema/twin.h"

namespace schema {
namespace {

constexpr std::array<std::string_view, change_code_count> codes = {
    "policy_changed", "pass_rate_dropped", "source_rate_dropped", "new_source",
    "new_selector",   "reporter_silent",   "failures_open",       "mailbox_trouble"};

using Rule = Result<FoundChanges> (*)(Database&, const Selection&, const Freshness&);

Status apply(const std::vector<Rule>& rules, Database& database, const Selection& selection, const Freshness& fresh,
             std::vector<FoundChanges>& found) {
  for (const Rule rule : rules) {
    auto changes = rule(database, selection, fresh);
    if (!changes) return unexpected(std::move(changes.error()));
    found.push_back(std::move(*changes));
  }
  return {};
}

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
  // New sources take as long as all the others.
  std::vector<Rule> rules = {changed_policies, dropped_rates, dropped_sources, new_selectors, silent_reporters};
  if (with_ingestion) rules.push_back(open_failures);
  std::vector<FoundChanges> found, sources;
  const auto asked = ask_both(
      database, [&](Database& one) { return apply({new_sources}, one, selection, fresh, sources); },
      [&](Database& other) { return apply(rules, other, selection, fresh, found); });
  if (!asked) return unexpected(asked.error());
  std::move(sources.begin(), sources.end(), std::back_inserter(found));
  for (auto& [list, total] : found) {
    if (list.empty()) continue;
    all.found[static_cast<std::size_t>(list.front().code)] = total;
    std::move(list.begin(), list.end(), std::back_inserter(all.list));
  }
  sort_changes(all.list);
  return all;
}

}  // namespace schema
