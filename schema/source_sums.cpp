#include "schema/source_sums.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <ranges>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include "schema/query.h"
#include "schema/sha256.h"
#include "schema/source_facts.h"

namespace schema {
namespace {

constexpr std::size_t none = static_cast<std::size_t>(-1);

// A place for each id that was met, in the order of meeting; ids are numbered by the database from 1 without large
// gaps.
class Places {
 public:
  // How many there are: it is new.
  std::size_t of(std::int64_t id) {
    const auto at = static_cast<std::size_t>(id);
    if (at >= places_.size()) places_.resize(std::max(at + 1, 2 * places_.size()), none);
    if (places_[at] == none) places_[at] = count_++;
    return places_[at];
  }
  std::size_t count() const { return count_; }

 private:
  std::vector<std::size_t> places_;
  std::size_t count_ = 0;
};

// Which domains an address sent for: a bit for each pair.
class Pairs {
 public:
  explicit Pairs(std::size_t domains) : words_((domains + 63) / 64) {}
  // false: it was there before.
  bool add(std::size_t address, std::size_t domain) {
    const auto at = address * words_ + domain / 64;
    if (at >= bits_.size()) bits_.resize(std::max((address + 1) * words_, 2 * bits_.size()));
    const auto bit = std::uint64_t{1} << domain % 64;
    const bool is_new = (bits_[at] & bit) == 0;
    bits_[at] |= bit;
    return is_new;
  }

 private:
  std::size_t words_;
  std::vector<std::uint64_t> bits_;
};

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

// For how many domains the sources of a page sent, as sums of weeks do not tell.
Status count_domains(Database& database, const Selection& selection, std::span<const Keyed> sources) {
  if (sources.empty()) return {};
  std::map<std::int64_t, std::set<std::int64_t>> domains;
  for (const auto& source : sources) domains[source.sum->address_id];
  auto these = selection;
  these.among_addresses = fmt::format("[{}]", fmt::join(std::views::keys(domains), ","));
  auto read = each_source_fact(database, these, FactsOf::days,
                               [&](const SourceFact& fact) { domains[fact.address_id].insert(fact.domain_id); });
  for (const auto& source : sources) source.sum->domains = std::ssize(domains[source.sum->address_id]);
  return read;
}

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
      domains == SourceDomains::counted && !by_domains && page.limit && is_of_weeks(selection);
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

Result<std::vector<SourceSum>> source_sums(Database& database, const Selection& selection, SourceDomains wanted) {
  const auto domains = number(database, "SELECT count(*) FROM domain");
  if (!domains) return unexpected(domains.error());
  Places addresses, numbered_domains;
  Pairs pairs(static_cast<std::size_t>(*domains));
  std::vector<SourceSum> sums;
  const bool counted = wanted == SourceDomains::counted;
  const auto read = each_source_fact(database, selection, counted ? FactsOf::days : FactsOf::sources, [&](const SourceFact& fact) {
    const auto place = addresses.of(fact.address_id);
    if (place == sums.size()) sums.push_back({fact.address_id, 0, fact.first_day, fact.last_day, {}});
    auto& sum = sums[place];
    if (counted && pairs.add(place, numbered_domains.of(fact.domain_id))) ++sum.domains;
    sum.first_seen = std::min(sum.first_seen, fact.first_day);
    sum.last_seen = std::max(sum.last_seen, fact.last_day);
    sum.classes.messages += fact.messages;
    sum.classes.by_class.at(class_of(fact.result_id)) += fact.messages;
  });
  if (!read) return unexpected(read.error());
  return sums;
}

Result<std::int64_t> count_sources(Database& database, const Selection& selection) {
  const auto no_address = number(database, "SELECT id FROM address WHERE ip = x''");  // 0 where there is none
  if (!no_address) return unexpected(no_address.error());
  Places addresses;
  const auto read = each_source_fact(database, selection, FactsOf::sources, [&](const SourceFact& fact) {
    if (fact.address_id != *no_address) addresses.of(fact.address_id);
  });
  if (!read) return unexpected(read.error());
  return static_cast<std::int64_t>(addresses.count());
}

}  // namespace schema
