// The rule about sources that are new to a domain.
#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "schema/address_text.h"
#include "schema/change_rules.h"
#include "schema/query.h"
#include "schema/source_facts.h"
#include "schema/source_sums.h"
#include "schema/summaries.h"

namespace schema {
namespace {

constexpr auto& t = change_thresholds;

struct Sent {
  std::int64_t first_day = 0;
  ClassCounts classes;
  std::int64_t failed() const { return classes.by_class[2] + classes.by_class[3]; }
};
using Senders = std::unordered_map<DomainAndSource, Sent, DomainAndSource::Hash>;

// Who sent enough on the days of the selection, for domains that reports have been about for long enough.
Result<Senders> senders(Database& database, const Selection& selection) {
  const auto established = database.integers(
      "SELECT id FROM domain WHERE EXISTS (SELECT 1 FROM daily WHERE domain_id = domain.id AND day <= ?)",
      *selection.from - t.history_days);
  if (!established) return unexpected(established.error());
  const std::set<std::int64_t> domains(established->begin(), established->end());
  const auto no_address = number(database, "SELECT id FROM address WHERE ip = x''");  // 0 where there is none
  if (!no_address) return unexpected(no_address.error());
  Senders all;
  const auto read = each_source_fact(database, selection, FactsOf::days, [&](const SourceFact& fact) {
    if (fact.address_id == *no_address) return;
    auto& sent = all.try_emplace({fact.domain_id, fact.address_id}, Sent{fact.first_day, {}}).first->second;
    sent.first_day = std::min(sent.first_day, fact.first_day);
    sent.classes.messages += fact.messages;
    sent.classes.by_class.at(class_of(fact.result_id)) += fact.messages;
  });
  if (!read) return unexpected(read.error());
  std::erase_if(all, [&](const auto& one) {
    return one.second.classes.messages < t.new_messages || !domains.contains(one.first.domain_id);
  });
  return all;
}

}  // namespace

Result<FoundChanges> new_sources(Database& database, const Selection& selection, const Freshness&) {
  auto all = senders(database, selection);
  if (!all) return unexpected(all.error());
  const auto since = *selection.from;
  const auto read =
      each_source_fact(database, over(selection, since - t.source_days, since - 1), FactsOf::days,
                       [&](const SourceFact& fact) { all->erase(DomainAndSource{fact.domain_id, fact.address_id}); });
  if (!read) return unexpected(read.error());

  std::vector<Senders::const_pointer> largest;
  for (const auto& one : *all) largest.push_back(&one);
  const auto order = [](const auto* one) {
    const auto& [pair, sent] = *one;
    return std::tuple(-sent.failed(), -sent.classes.messages, pair.domain_id, pair.address_id);
  };
  FoundChanges found;
  found.total = std::ssize(largest);
  const auto told = std::min(largest.size(), static_cast<std::size_t>(most_of_a_change));
  std::ranges::partial_sort(largest, largest.begin() + static_cast<std::ptrdiff_t>(told), {}, order);
  largest.resize(told);
  for (const auto* one : largest) {
    const auto& [pair, sent] = *one;
    Change change;
    change.code = ChangeCode::new_source;
    const auto named = each_row(database, {"SELECT name FROM domain WHERE id = ?", {pair.domain_id}}, [&](Statement& row) {
      change.domain = row.text(0);
      return false;
    });
    if (!named) return unexpected(named.error());
    const auto stored = stored_address(database, pair.address_id);
    if (!stored) return unexpected(stored.error());
    change.subject = address_text(*stored);
    change.day = sent.first_day;
    const auto passed = sent.classes.by_class[0] + sent.classes.by_class[1], failed = sent.failed();
    change.level = failed >= t.new_messages && failed >= passed ? ChangeLevel::warning : ChangeLevel::info;
    change.numbers = {{"messages", sent.classes.messages}, {"passed", passed}, {"failed", failed}};
    found.list.push_back(std::move(change));
  }
  return found;
}

}  // namespace schema
