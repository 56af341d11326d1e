#include "schema/source_sums.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include "schema/by_id.h"
#include "schema/query.h"
#include "schema/sha256.h"
#include "schema/source_facts.h"
#include "schema/twin.h"

namespace schema {
namespace {

// What a page is sorted by: a number or, for addresses, their digits.
using SortKey = std::pair<std::int64_t, std::string>;

std::int64_t number_of(const SourceSum& sum, std::string_view column) {
  if (column == "domains") return sum.domains;
  if (column == "first_seen") return sum.first_seen;
  if (column == "last_seen") return sum.last_seen;
  for (std::size_t i = 0; i < sum.classes.by_class.size(); ++i) {
    if (column == name(static_cast<ResultClass>(i))) return sum.classes.by_class[i];
  }
  return sum.classes.messages;
}

struct Keyed {
  SortKey key;
  SourceSum* sum = nullptr;
};

SortKey cursor_key(const Value& value) {
  SortKey key;
  if (const auto* number = std::get_if<std::int64_t>(&value)) key.first = *number;
  if (const auto* text = std::get_if<std::string>(&value)) key.second = *text;
  return key;
}

// For how many domains the sources of a page sent, as sums over all domains do not tell.
Status count_domains(Database& database, const Selection& selection, std::span<const Keyed> sources) {
  if (sources.empty()) return {};
  const auto last_domain = number(database, "SELECT max(id) FROM domain");
  if (!last_domain) return unexpected(last_domain.error());
  std::vector<std::int64_t> addresses;
  for (const auto& source : sources) addresses.push_back(source.sum->address_id);
  IdPairs met(*last_domain), met_later(*last_domain);
  const auto add_to = [&](IdPairs& pairs, Selection days) {
    days.among_addresses = fmt::format("[{}]", fmt::join(addresses, ","));
    return [&pairs, days = std::move(days)](Database& asked) {
      return each_source_fact(asked, days, FactsOf::days,
                              [&](const SourceFact& fact) { pairs.add(fact.address_id, fact.domain_id); });
    };
  };
  const auto halves = in_halves(selection);
  auto read = halves ? ask_both(database, add_to(met, halves->first), add_to(met_later, halves->second))
                     : add_to(met, selection)(database);
  met.merge(met_later);
  for (const auto& source : sources) source.sum->domains = met.count(source.sum->address_id);
  return read;
}

// Adds up what is told of each address.
class Adder {
 public:
  Adder(std::int64_t last_domain, bool counts_domains) : counts_domains_(counts_domains), domains_(last_domain) {}

  void add(const SourceFact& fact) {
    add(fact.address_id, static_cast<std::int32_t>(fact.first_day), static_cast<std::int32_t>(fact.last_day))
        .by_class.at(class_of(fact.result_id)) += fact.messages;
    if (counts_domains_) domains_.add(fact.address_id, fact.domain_id);
  }
  // What was told to another one, too.
  void merge(const Adder& other) {
    other.by_address_.each([&](std::int64_t id, const Sum& sum) {
      if (!sum.met) return;
      auto& classes = add(id, sum.first_seen, sum.last_seen).by_class;
      for (std::size_t i = 0; i < classes.size(); ++i) classes[i] += sum.by_class[i];
    });
    domains_.merge(other.domains_);
  }
  std::vector<SourceSum> all() const {
    std::vector<SourceSum> sums;
    sums.reserve(count_);
    by_address_.each([&](std::int64_t id, const Sum& sum) {
      if (!sum.met) return;
      ClassCounts classes{std::accumulate(sum.by_class.begin(), sum.by_class.end(), std::int64_t{0}), sum.by_class};
      sums.push_back({id, domains_.count(id), sum.first_seen, sum.last_seen, classes});
    });
    return sums;
  }

 private:
  // Weeks come one after the other, each by address: what is told of an address has to be found quickly.
  struct Sum {
    std::array<std::int64_t, result_class_count> by_class{};
    std::int32_t first_seen = 0, last_seen = 0;
    bool met = false;
  };

  Sum& add(std::int64_t address_id, std::int32_t first_seen, std::int32_t last_seen) {
    auto& sum = by_address_.at(address_id);
    if (!sum.met) {
      ++count_;
      sum.met = true;
      sum.first_seen = first_seen;
      sum.last_seen = last_seen;
    }
    sum.first_seen = std::min(sum.first_seen, first_seen);
    sum.last_seen = std::max(sum.last_seen, last_seen);
    return sum;
  }

  bool counts_domains_;
  ById<Sum> by_address_;
  std::size_t count_ = 0;  // that were met
  IdPairs domains_;
};

}  // namespace

Result<std::string> stored_address(Database& database, std::int64_t id) {
  std::string stored;
  auto read = each_row(database, {"SELECT ip FROM address WHERE id = ?", {id}}, [&](Statement& row) {
    stored = row.blob(0);
    return false;
  });
  if (!read) return unexpected(std::move(read.error()));
  return stored;
}

Result<Paged> each_source(Database& database, const Selection& selection, const PageRequest& page,
                          std::int64_t min_messages, SourceDomains domains,
                          const std::function<bool(const SourceSum&, std::string_view stored_address)>& sink) {
  const bool by_domains = page.order.column == "domains";
  const bool counted_later =
      domains == SourceDomains::counted && !by_domains && page.limit && !asks_for_domains(selection);
  auto sums = source_sums(database, selection, counted_later ? SourceDomains::left_out : domains);
  if (!sums) return unexpected(sums.error());
  const bool by_address = page.order.column == "ip", down = page.order.descending;
  std::vector<Keyed> keyed;
  for (auto& sum : *sums) {
    if (sum.classes.messages < min_messages) continue;
    SortKey key{by_address ? 0 : number_of(sum, page.order.column), {}};
    if (by_address) {
      const auto stored = stored_address(database, sum.address_id);
      if (!stored) return unexpected(stored.error());
      key.second = hexadecimal(*stored);
    }
    keyed.push_back({std::move(key), &sum});
  }
  Paged paged;
  if (page.limit) paged.total = static_cast<std::int64_t>(keyed.size());

  const auto before = [down](const Keyed& a, const Keyed& b) {
    if (a.key != b.key) return down ? b.key < a.key : a.key < b.key;
    return a.sum->address_id < b.sum->address_id;
  };
  if (page.after) {
    SourceSum last;
    if (const auto* id = std::get_if<std::int64_t>(&page.after->at(1))) last.address_id = *id;
    const Keyed at{cursor_key(page.after->at(0)), &last};
    std::erase_if(keyed, [&](const Keyed& one) { return !before(at, one); });
  }
  const auto rows = page.limit ? std::min(keyed.size(), static_cast<std::size_t>(*page.limit)) : keyed.size();
  std::ranges::partial_sort(keyed, keyed.begin() + static_cast<std::ptrdiff_t>(rows), before);
  if (counted_later) {
    auto counted = count_domains(database, selection, std::span(keyed).first(rows));
    if (!counted) return unexpected(std::move(counted.error()));
  }
  for (std::size_t i = 0; i < rows; ++i) {
    const auto stored = stored_address(database, keyed[i].sum->address_id);
    if (!stored) return unexpected(stored.error());
    if (!sink(*keyed[i].sum, *stored)) return paged;
  }
  if (rows > 0 && rows < keyed.size()) {
    const auto& [key, sum] = keyed[rows - 1];
    paged.next = Cursor{by_address ? Value(key.second) : Value(key.first), sum->address_id};
  }
  return paged;
}

Result<std::vector<SourceSum>> source_sums(Database& database, const Selection& selection, SourceDomains domains) {
  const auto last_domain = number(database, "SELECT max(id) FROM domain");
  if (!last_domain) return unexpected(last_domain.error());
  const bool counted = domains == SourceDomains::counted;
  Adder sums(*last_domain, counted), of_later_days(*last_domain, counted);
  const auto add_to = [&](Adder& adder, const Selection& days) {
    return [&, of = counted ? FactsOf::domains : FactsOf::sources](Database& asked) {
      return each_source_fact(asked, days, of, [&](const SourceFact& fact) { adder.add(fact); });
    };
  };
  const auto halves = in_halves(selection);
  const auto read = halves ? ask_both(database, add_to(sums, halves->first), add_to(of_later_days, halves->second))
                           : add_to(sums, selection)(database);
  if (!read) return unexpected(read.error());
  sums.merge(of_later_days);
  return sums.all();
}

Result<std::int64_t> count_sources(Database& database, const Selection& selection) {
  const auto no_address = number(database, "SELECT id FROM address WHERE ip = x''");  // 0 where there is none
  if (!no_address) return unexpected(no_address.error());
  ById<bool> met;
  std::int64_t count = 0;
  const auto read = each_source_fact(database, selection, FactsOf::sources, [&](const SourceFact& fact) {
    bool& is_met = met.at(fact.address_id);
    if (!is_met && fact.address_id != *no_address) ++count;
    is_met = true;
  });
  if (!read) return unexpected(read.error());
  return count;
}

}  // namespace schema
