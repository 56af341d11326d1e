#include "schema/intern.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <utility>

#include "schema/letter_case.h"
#include "schema/sha256.h"
#include "schema/stored_json.h"

namespace schema {
namespace {

// The number of the row that `find` finds, else of the row that `insert` makes.
template <typename Find, typename Insert>
Result<std::int64_t> row_number(Database& database, Find find, Insert insert) {
  const Result<std::optional<std::int64_t>> found = find();
  if (!found) return unexpected(found.error());
  if (*found) return **found;
  if (Status made = insert(); !made) return unexpected(std::move(made.error()));
  return database.last_insert_id();
}

// The same, out of the cache where that knows `key`.
template <typename Find, typename Insert>
Result<std::int64_t> number(Database& database, NumberCache& cache, std::string_view key, Find find, Insert insert) {
  if (const auto known = cache.find(key); known != 0) return known;
  const auto found = row_number(database, find, insert);
  if (found) cache.remember(key, *found);
  return found;
}

template <typename E>
constexpr std::int64_t as_number(E enumerator) {
  return static_cast<std::int64_t>(enumerator);
}

void append_text(std::string& key, std::string_view text) {
  key += std::to_string(text.size());
  key += ':';
  key += text;
}

template <typename E>
void append_word(std::string& key, const Enumerated<E>& word) {
  key += static_cast<char>('0' + as_number(word.value));
  append_text(key, word.raw);
}

// All that json() tells of the results, quicker: most records repeat what others have.
void auth_key(const AuthResults& results, std::string& key) {
  key.clear();
  for (const auto& dkim : results.dkim) {
    key += 'd';
    append_text(key, dkim.domain);
    append_text(key, dkim.selector);
    append_word(key, dkim.result);
    append_text(key, dkim.human_result);
  }
  for (const auto& spf : results.spf) {
    key += 's';
    append_text(key, spf.domain);
    append_word(key, spf.scope);
    append_word(key, spf.result);
    append_text(key, spf.human_result);
  }
}

}  // namespace

std::int64_t NumberCache::find(std::string_view key) const {
  const auto found = numbers_.find(key);
  return found == numbers_.end() ? 0 : found->second;
}

void NumberCache::remember(std::string_view key, std::int64_t number) {
  constexpr std::size_t node_bytes = 80;  // of the map, about
  bytes_ += key.size() + node_bytes;
  if (bytes_ > limit_bytes_) {
    clear();
    bytes_ = key.size() + node_bytes;
  }
  numbers_.emplace(key, number);
}

void NumberCache::clear() {
  numbers_.clear();
  bytes_ = 0;
}

std::size_t AddressCache::place(const std::vector<Entry>& entries, const Bytes& address) {
  // Strangers choose the addresses: they must not know which fall together.
  static const auto seed = std::uint64_t{std::random_device()()} << 32 | std::random_device()();
  std::array<std::uint64_t, 2> halves;
  std::memcpy(halves.data(), address.data(), address.size());
  std::uint64_t hash = seed;
  for (const auto half : halves) {
    hash = (hash ^ half) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 32;
  }
  auto at = static_cast<std::size_t>(hash * 0xc2b2ae3d27d4eb4fu >> 32) & (entries.size() - 1);
  while (entries[at].number != 0 && entries[at].address != address) at = (at + 1) & (entries.size() - 1);
  return at;
}

std::int64_t AddressCache::find(const IpAddress& address) const {
  return entries_.empty() ? 0 : entries_[place(entries_, address.bytes())].number;
}

void AddressCache::remember(const IpAddress& address, std::int64_t number) {
  if (2 * (count_ + 1) > entries_.size()) grow();
  auto& entry = entries_[place(entries_, address.bytes())];
  if (entry.number == 0) ++count_;
  entry = {address.bytes(), number};
}

// Starts over when it is as large as it may be.
void AddressCache::grow() {
  constexpr std::size_t first_size = 1024, most_bytes = 12 << 20;
  std::vector<Entry> larger(std::max(first_size, 2 * entries_.size()));
  if (larger.size() * sizeof(Entry) > most_bytes) return clear();
  for (const auto& entry : entries_) {
    if (entry.number != 0) larger[place(larger, entry.address)] = entry;
  }
  entries_ = std::move(larger);
}

void AddressCache::clear() {
  std::ranges::fill(entries_, Entry());
  count_ = 0;
}

void Interner::forget() {
  for (auto* cache : {&texts_, &domains_, &reporters_, &policies_, &results_, &auths_, &overrides_}) cache->clear();
  addresses_.clear();
  no_address_ = 0;
}

Result<std::int64_t> Interner::text(std::string_view value) {
  return number(
      database_, texts_, value,  //
      [&] { return database_.integer("SELECT id FROM text WHERE value = ?", value); },
      [&] { return database_.execute("INSERT INTO text (value) VALUES (?)", value); });
}

Result<std::int64_t> Interner::domain(std::string_view name) {
  return number(
      database_, domains_, name,  //
      [&] { return database_.integer("SELECT id FROM domain WHERE name = ?", name); },
      [&] { return database_.execute("INSERT INTO domain (name) VALUES (?)", name); });
}

Result<std::int64_t> Interner::reporter(std::string_view org_name, std::string_view email) {
  const auto org_key = ascii_lower(org_name);
  const auto email_key = ascii_lower(email);
  return number(
      database_, reporters_, std::to_string(org_key.size()) + ':' + org_key + email_key,
      [&] {
        return database_.integer("SELECT id FROM reporter WHERE org_key = ? AND email_key = ?", org_key, email_key);
      },
      [&] {
        return database_.execute("INSERT INTO reporter (org_key, email_key, org_name, email) VALUES (?, ?, ?, ?)",
                                 org_key, email_key, org_name, email);
      });
}

Result<std::int64_t> Interner::policy(const PolicyPublished& policy) {
  const auto raw = raw_words(policy);
  const std::int64_t pct = policy.pct.value_or(-1);
  const std::int64_t testing = policy.testing ? *policy.testing : -1;
  std::string key;
  for (const auto value : {as_number(policy.p.value), as_number(policy.sp.value), as_number(policy.np.value),
                           as_number(policy.adkim.value), as_number(policy.aspf.value), pct, testing,
                           as_number(policy.discovery_method.value)}) {
    key += std::to_string(value) + ' ';
  }
  key += std::to_string(policy.fo.size()) + ':' + policy.fo + raw;
  const auto with_values = [&](auto query) {
    return query(as_number(policy.p.value), as_number(policy.sp.value), as_number(policy.np.value),
                 as_number(policy.adkim.value), as_number(policy.aspf.value), pct, policy.fo, testing,
                 as_number(policy.discovery_method.value), raw);
  };
  return number(
      database_, policies_, key,
      [&] {
        return with_values([&](const auto&... values) {
          return database_.integer(
              "SELECT id FROM policy WHERE p = ? AND sp = ? AND np = ? AND adkim = ? AND aspf = ? AND pct = ? "
              "AND fo = ? AND testing = ? AND discovery_method = ? AND raw = ?",
              values...);
        });
      },
      [&] {
        return with_values([&](const auto&... values) {
          return database_.execute(
              "INSERT INTO policy (p, sp, np, adkim, aspf, pct, fo, testing, discovery_method, raw) "
              "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              values...);
        });
      });
}

Result<std::int64_t> Interner::address(const std::optional<IpAddress>& ip) {
  if (const auto known = ip ? addresses_.find(*ip) : no_address_; known != 0) return known;
  std::string_view bytes;
  if (ip) bytes = {reinterpret_cast<const char*>(ip->bytes().data()), ip->bytes().size()};
  const auto found = row_number(
      database_, [&] { return database_.integer("SELECT id FROM address WHERE ip = ?", Blob{bytes}); },
      [&] { return database_.execute("INSERT INTO address (ip) VALUES (?)", Blob{bytes}); });
  if (!found) return found;
  if (ip) {
    addresses_.remember(*ip, *found);
  } else {
    no_address_ = *found;
  }
  return found;
}

Result<std::int64_t> Interner::result(const Record& record) {
  const auto& evaluated = record.policy_evaluated;
  const auto disposition = as_number(evaluated.disposition.value);
  const auto dkim = as_number(evaluated.dkim.value);
  const auto spf = as_number(evaluated.spf.value);
  const auto combined = combination(record);
  key_.clear();
  for (const auto value : {disposition, dkim, spf}) key_ += static_cast<char>('0' + value);
  key_ += combined;
  return number(
      database_, results_, key_,
      [&] {
        return database_.integer(
            "SELECT id FROM result WHERE disposition = ? AND dkim = ? AND spf = ? AND combination = ?", disposition,
            dkim, spf, combined);
      },
      [&] {
        constexpr auto sql = R"sql(
          INSERT INTO result (id, class, disposition, dkim, spf, combination)
          VALUES (((SELECT ifnull(max(id), 0) >> 3 FROM result) + 1) << 3 | ?1, ?1, ?2, ?3, ?4, ?5))sql";
        return database_.execute(sql, as_number(result_class(evaluated)), disposition, dkim, spf, combined);
      });
}

Result<std::int64_t> Interner::auth(const AuthResults& results) {
  auth_key(results, key_);
  if (const auto known = auths_.find(key_); known != 0) return known;
  const auto dkim = json(results.dkim);
  const auto spf = json(results.spf);
  const auto digest = sha256(dkim + spf).substr(0, 16);  // "[..][..]": can be cut in one way only
  auto found = database_.integer("SELECT id FROM auth WHERE digest = ?", Blob{digest});
  if (!found) return unexpected(std::move(found.error()));
  if (!*found) {
    auto made = database_.execute("INSERT INTO auth (digest, dkim, spf) VALUES (?, ?, ?)", Blob{digest}, dkim, spf);
    if (!made) return unexpected(std::move(made.error()));
    *found = database_.last_insert_id();
    if (auto rows = insert_auth_rows(**found, results); !rows) return unexpected(std::move(rows.error()));
  }
  auth_key(results, key_);  // the rows have used its memory
  auths_.remember(key_, **found);
  return **found;
}

Status Interner::insert_auth_rows(std::int64_t auth_id, const AuthResults& results) {
  std::int64_t n = 0;
  for (const auto& dkim : results.dkim) {
    const auto domain = text(dkim.domain);
    if (!domain) return unexpected(domain.error());
    const auto selector = text(dkim.selector);
    if (!selector) return unexpected(selector.error());
    auto inserted =
        database_.execute("INSERT INTO auth_dkim (auth_id, n, domain_id, selector_id, result) VALUES (?, ?, ?, ?, ?)",
                          auth_id, n++, *domain, *selector, as_number(dkim.result.value));
    if (!inserted) return inserted;
  }
  n = 0;
  for (const auto& spf : results.spf) {
    const auto domain = text(spf.domain);
    if (!domain) return unexpected(domain.error());
    auto inserted =
        database_.execute("INSERT INTO auth_spf (auth_id, n, domain_id, scope, result) VALUES (?, ?, ?, ?, ?)", auth_id,
                          n++, *domain, as_number(spf.scope.value), as_number(spf.result.value));
    if (!inserted) return inserted;
  }
  return {};
}

Result<std::int64_t> Interner::override_reasons(const std::vector<Reason>& reasons) {
  if (reasons.empty()) return 0;  // a row of the first migration
  std::int64_t types = 0;
  for (const auto& reason : reasons) types |= std::int64_t{1} << as_number(reason.type.value);
  const auto value = json(reasons);
  return number(
      database_, overrides_, value, [&] { return database_.integer("SELECT id FROM override WHERE value = ?", value); },
      [&] { return database_.execute("INSERT INTO override (value, types) VALUES (?, ?)", value, types); });
}

}  // namespace schema
