#include "schema/content_hash.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "schema/sha256.h"

namespace schema {
namespace {

// Canonical bytes: numbers of seven bits a byte, the lowest first, texts behind their length, lists behind their count,
// so that no two different records give the same.
class Canonical {
 public:
  explicit Canonical(std::string& out) : out_(out) {}

  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_ += static_cast<char>((value & 0x7f) | 0x80);
    out_ += static_cast<char>(value);
  }
  void text(std::string_view value) {
    number(value.size());
    out_ += value;
  }
  void optional_text(const std::optional<std::string>& value) {
    number(value ? 1 : 0);
    if (value) text(*value);
  }
  template <typename E>
  void word(const Enumerated<E>& word) {
    number(static_cast<std::uint64_t>(word.value));
    text(word.value == E::unknown ? std::string_view(word.raw) : std::string_view());
  }

 private:
  std::string& out_;
};

void append(const Record& record, std::string& out) {
  Canonical canonical(out);
  if (record.source_ip) {
    const auto& bytes = record.source_ip->bytes();
    canonical.text(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  } else {
    canonical.text(record.source_ip_raw);
  }
  canonical.number(static_cast<std::uint64_t>(record.count));
  canonical.word(record.policy_evaluated.disposition);
  canonical.word(record.policy_evaluated.dkim);
  canonical.word(record.policy_evaluated.spf);
  canonical.number(record.policy_evaluated.reasons.size());
  for (const auto& reason : record.policy_evaluated.reasons) {
    canonical.word(reason.type);
    canonical.text(reason.comment);
  }
  canonical.text(record.identifiers.header_from);
  canonical.optional_text(record.identifiers.envelope_from);
  canonical.optional_text(record.identifiers.envelope_to);
  canonical.number(record.auth_results.dkim.size());
  for (const auto& dkim : record.auth_results.dkim) {
    canonical.text(dkim.domain);
    canonical.text(dkim.selector);
    canonical.word(dkim.result);
    canonical.text(dkim.human_result);
  }
  canonical.number(record.auth_results.spf.size());
  for (const auto& spf : record.auth_results.spf) {
    canonical.text(spf.domain);
    canonical.word(spf.scope);
    canonical.word(spf.result);
    canonical.text(spf.human_result);
  }
}

}  // namespace

// Sorting the digests of the records instead of the records keeps this small for a report of any size.
std::string content_hash(const PackedRecords& records) {
  // Their order is that of signed bytes, wherever `char` has no sign, too: reports that were stored are known by it.
  std::vector<std::array<signed char, 32>> digests;
  digests.reserve(records.size());
  Sha256 hash;
  std::string canonical;
  for (const Record& record : records) {
    canonical.clear();
    append(record, canonical);
    hash.update(canonical);
    std::ranges::copy(hash.finish(), digests.emplace_back().begin());
  }
  std::ranges::sort(digests);
  for (const auto& digest : digests) hash.update({reinterpret_cast<const char*>(digest.data()), digest.size()});
  return hash.finish();
}

}  // namespace schema
