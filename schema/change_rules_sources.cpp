// The rule about sources that are new to a domain.
#include <algorithm>
#include <set>
#include <tuple>
#include <vector>

#include "schema/address_text.h"
#include "schema/by_id.h"
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
};

struct Sender {
  std::int64_t domain = 0, address = 0;
  Sent sent;
  std::int64_t failed() const { return sent.classes.by_class[2] + sent.classes.by_class[3]; }
};

// Who sent enough on the days of the selection, for domains that reports have been about for long enough.
Result<std::vector<Sender>> senders(Database& database, const Selection& selection) {
  const auto established = database.integers(
      "SELECT id FROM domain WHERE EXISTS (SELECT 1 FROM daily WHERE domain_id = domain.id AND day <= ?)",
      *selection.from - t.history_days);
  if (!established) return unexpected(established.error());
  const std::set<std::int64_t> domains(established->begin(), established->end());
  const auto no_address = number(database, "SELECT id FROM address WHERE ip = x''");  // 0 where there is none
  if (!no_address) return unexpected(no_address.error());
  ByIdPair<Sent> sums;
  const auto read = each_source_fact(database, selection, FactsOf::domains, [&](const SourceFact& fact) {
    auto& sum = sums.at(fact.address_id, fact.domain_id);
    sum.first_day = sum.classes.messages == 0 ? fact.first_day : std::min(sum.first_day, fact.first_day);
    sum.classes.messages += fact.messages;
    sum.classes.by_class.at(class_of(fact.result_id)) += fact.messages;
  });
  if (!read) return unexpected(read.error());
  std::vector<Sender> all;
  sums.each([&](std::int64_t address, std::int64_t domain, const Sent& sent) {
    const bool counts = address != *no_address && sent.classes.messages >= t.new_messages && domains.contains(domain);
    if (counts) all.push_back({domain, address, sent});
  });
  return all;
}

}  // namespace

Result<FoundChanges> new_sources(Database& database, const Selection& selection, const Freshness&) {
  auto all = senders(database, selection);
  if (!all) return unexpected(all.error());
  const auto last_domain = number(database, "SELECT max(id) FROM domain");
  if (!last_domain) return unexpected(last_domain.error());
  IdPairs unseen(*last_domain);
  for (const auto& sender : *all) unseen.add(sender.address, sender.domain);
  const auto since = *selection.from;
  const auto read = each_source_fact(database, over(selection, since - t.source_days, since - 1), FactsOf::domains,
                                     [&](const SourceFact& fact) { unseen.remove(fact.address_id, fact.domain_id); });
  if (!read) return unexpected(read.error());
  std::erase_if(*all, [&](const Sender& sender) { return !unseen.has(sender.address, sender.domain); });

  FoundChanges found;
  found.total = std::ssize(*all);
  const auto told = std::min(all->size(), static_cast<std::size_t>(most_of_a_change));
  std::ranges::partial_sort(*all, all->begin() + static_cast<std::ptrdiff_t>(told), {}, [](const Sender& sender) {
    return std::tuple(-sender.failed(), -sender.sent.classes.messages, sender.domain, sender.address);
  });
  all->resize(told);
  for (const auto& sender : *all) {
    Change change;
    change.code = ChangeCode::new_source;
    const auto named =
        each_row(database, {"SELECT name FROM domain WHERE id = ?", {sender.domain}}, [&](Statement& row) {
          change.domain = row.text(0);
          return false;
        });
    if (!named) return unexpected(named.error());
    const auto stored = stored_address(database, sender.address);
    if (!stored) return unexpected(stored.error());
    change.subject = address_text(*stored);
    change.day = sender.sent.first_day;
    const auto& classes = sender.sent.classes;
    const auto passed = classes.by_class[0] + classes.by_class[1], failed = sender.failed();
    change.level = failed >= t.new_messages && failed >= passed ? ChangeLevel::warning : ChangeLevel::info;
    change.numbers = {{"messages", classes.messages}, {"passed", passed}, {"failed", failed}};
    found.list.push_back(std::move(change));
  }
  return found;
}

}  // namespace schema
