// Strings and small combinations that repeat, kept once and referred to by number.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "schema/report.h"
#include "schema/sqlite.h"
#include "schema/verdict.h"

namespace schema {

// What was numbered before, in memory: it only saves a look into the table. Bounded: it starts over when full.
class NumberCache {
 public:
  explicit NumberCache(std::size_t limit_bytes) : limit_bytes_(limit_bytes) {}
  // 0 when it does not know.
  std::int64_t find(std::string_view key) const;
  void remember(std::string_view key, std::int64_t number);
  void clear();

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::size_t limit_bytes_;
  std::size_t bytes_ = 0;
  std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> numbers_;
};

// The same for addresses, which nearly every record looks up: a table without a pointer.
class AddressCache {
 public:
  // 0 when it does not know.
  std::int64_t find(const IpAddress& address) const;
  void remember(const IpAddress& address, std::int64_t number);
  void clear();

 private:
  using Bytes = std::array<std::uint8_t, 16>;
  struct Entry {
    Bytes address{};
    std::int64_t number = 0;  // 0: free
  };
  // Where it is, or would be.
  static std::size_t place(const std::vector<Entry>& entries, const Bytes& address);
  void grow();

  std::vector<Entry> entries_;  // a power of two, at most half of them taken
  std::size_t count_ = 0;
};

// Numbers for values, made where there are none yet, within the transaction of the caller.
class Interner {
 public:
  explicit Interner(Database& writer) : database_(writer) {}

  Result<std::int64_t> text(std::string_view value);
  Result<std::int64_t> domain(std::string_view name);
  Result<std::int64_t> reporter(std::string_view org_name, std::string_view email);  // compared in lower case
  Result<std::int64_t> policy(const PolicyPublished&);
  Result<std::int64_t> address(const std::optional<IpAddress>&);
  Result<std::int64_t> result(const Record&);
  Result<std::int64_t> auth(const AuthResults&);
  Result<std::int64_t> override_reasons(const std::vector<Reason>&);

  // To be called whenever something was rolled back: numbers given since may belong to nothing.
  void forget();

 private:
  Status insert_auth_rows(std::int64_t auth_id, const AuthResults&);

  Database& database_;
  NumberCache texts_{8 << 20}, domains_{1 << 20}, reporters_{1 << 20}, policies_{1 << 20}, results_{1 << 20},
      auths_{16 << 20}, overrides_{2 << 20};
  AddressCache addresses_;
  std::int64_t no_address_ = 0;  // 0: not known
  std::string key_;              // its memory is used again and again
};

}  // namespace schema
