#include "schema/packed_records.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <utility>

namespace schema {
namespace {

// Numbers of seven bits a byte, the lowest first.
void append(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7f) | 0x80);
  out += static_cast<char>(value);
}

// false: there is none, or none so small.
bool read(std::string_view bytes, std::size_t& at, std::uint64_t most, std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; at < bytes.size() && shift < 63; shift += 7) {
    const auto byte = static_cast<std::uint8_t>(bytes[at++]);
    value |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value <= most;
  }
  return false;
}

// What a row begins with: its words and what else there is of it, a bit each.
enum Has : unsigned { has_ip = 1, has_v4 = 2, has_envelope_from = 4, has_envelope_to = 8, has_raw = 16 };
constexpr std::uint64_t most_has = 31;
constexpr std::size_t v4_begin = 12;  // of the 16 bytes of an address

template <typename E>
constexpr std::uint64_t as_number(E value) {
  return static_cast<std::uint64_t>(value);
}

// The two directions of a list have the same functions, so that one description of it serves both.
class ListWriter {
 public:
  explicit ListWriter(NumberedTexts& texts) : texts_(texts) {}
  void text(const std::string& value) { append(list, value.empty() ? 0 : 1 + texts_.number(value)); }
  template <typename E>
  void word(const Enumerated<E>& word, E) {
    append(list, as_number(word.value));
    text(word.raw);
  }
  template <typename T, typename Pass>
  void all(const std::vector<T>& values, Pass pass) {
    append(list, values.size());
    for (const T& value : values) pass(value);
  }

  std::string list;

 private:
  NumberedTexts& texts_;
};

class ListReader {
 public:
  ListReader(const NumberedTexts& texts, std::string_view list, std::size_t most)
      : texts_(texts), list_(list), most_(most) {}
  void text(std::string& value) {
    const auto number = next(texts_.size());
    number == 0 ? value.clear() : void(value = texts_[static_cast<std::uint32_t>(number - 1)]);
  }
  template <typename E>
  void word(Enumerated<E>& word, E last) {
    word.value = static_cast<E>(next(as_number(last)));
    text(word.raw);
  }
  template <typename T, typename Pass>
  void all(std::vector<T>& values, Pass pass) {
    values.resize(next(std::min<std::uint64_t>(most_, list_.size())));
    for (T& value : values) pass(value);
  }
  bool whole() const { return whole_ && at_ == list_.size(); }

 private:
  std::uint64_t next(std::uint64_t most) {
    std::uint64_t value = 0;
    whole_ = whole_ && read(list_, at_, most, value);
    return whole_ ? value : 0;
  }

  const NumberedTexts& texts_;
  const std::string_view list_;
  const std::size_t most_;
  std::size_t at_ = 0;
  bool whole_ = true;
};

template <typename List, typename Results>
void pass_results(List& list, Results& results) {
  list.all(results.dkim, [&](auto& dkim) {
    list.text(dkim.domain);
    list.text(dkim.selector);
    list.word(dkim.result, AuthResult::other);
    list.text(dkim.human_result);
  });
  list.all(results.spf, [&](auto& spf) {
    list.text(spf.domain);
    list.word(spf.scope, SpfScope::mfrom);
    list.word(spf.result, AuthResult::other);
    list.text(spf.human_result);
  });
}

template <typename List, typename Reasons>
void pass_reasons(List& list, Reasons& reasons) {
  list.all(reasons, [&](auto& reason) {
    list.word(reason.type, OverrideType::policy_test_mode);
    list.text(reason.comment);
  });
}

template <typename List, typename OfRecord>
void pass_raw(List& list, OfRecord& record) {
  auto& evaluated = record.policy_evaluated;
  list.text(record.source_ip_raw);
  list.text(evaluated.disposition.raw);
  list.text(evaluated.dkim.raw);
  list.text(evaluated.spf.raw);
}

bool has_raw_words(const Record& record) {
  const auto& evaluated = record.policy_evaluated;
  return !record.source_ip_raw.empty() || !evaluated.disposition.raw.empty() || !evaluated.dkim.raw.empty() ||
         !evaluated.spf.raw.empty();
}

}  // namespace

std::string_view NumberedTexts::operator[](std::uint32_t number) const {
  const std::size_t begin = number == 0 ? 0 : ends_[number - 1];
  return std::string_view(bytes_).substr(begin, ends_[number] - begin);
}

void NumberedTexts::append(std::string_view text) {
  bytes_ += text;
  ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
}

std::uint32_t NumberedTexts::number(std::string_view text) {
  if (slots_.size() < 2 * (ends_.size() + 1)) grow();
  for (std::size_t at = std::hash<std::string_view>()(text);; ++at) {
    std::uint32_t& slot = slots_[at & (slots_.size() - 1)];
    if (slot != 0 && (*this)[slot - 1] != text) continue;
    if (slot == 0) {
      append(text);
      slot = size();
    }
    return slot - 1;
  }
}

void NumberedTexts::grow() {
  slots_.assign(std::max<std::size_t>(16, 2 * slots_.size()), 0);
  for (std::uint32_t n = 0; n < size(); ++n) {
    std::size_t at = std::hash<std::string_view>()((*this)[n]);
    while (slots_[at & (slots_.size() - 1)] != 0) ++at;
    slots_[at & (slots_.size() - 1)] = n + 1;
  }
}

PackedRecords::PackedRecords(const std::vector<Record>& records) {
  for (const Record& record : records) add(record);
}

void PackedRecords::add(const Record& record) {
  const auto& evaluated = record.policy_evaluated;
  const auto& identifiers = record.identifiers;
  const bool with_raw = has_raw_words(record);
  unsigned has = with_raw ? unsigned{has_raw} : 0;
  if (record.source_ip) has |= record.source_ip->is_v4() ? has_ip | has_v4 : unsigned{has_ip};
  if (identifiers.envelope_from) has |= has_envelope_from;
  if (identifiers.envelope_to) has |= has_envelope_to;

  std::string& rows = parts_.rows;
  append(rows, has);
  append(rows, as_number(evaluated.disposition.value) << 4 | as_number(evaluated.dkim.value) << 2 |
                   as_number(evaluated.spf.value));
  if (record.source_ip) {
    const auto& bytes = record.source_ip->bytes();
    rows.append(bytes.begin() + ((has & has_v4) != 0 ? v4_begin : 0), bytes.end());
  }
  append(rows, static_cast<std::uint64_t>(record.count));
  append(rows, parts_.texts.number(identifiers.header_from));
  if (identifiers.envelope_from) append(rows, parts_.texts.number(*identifiers.envelope_from));
  if (identifiers.envelope_to) append(rows, parts_.texts.number(*identifiers.envelope_to));
  ListWriter results(parts_.texts), reasons(parts_.texts);
  pass_results(results, record.auth_results);
  append(rows, parts_.results.number(results.list));
  pass_reasons(reasons, evaluated.reasons);
  append(rows, parts_.reasons.number(reasons.list));
  if (with_raw) {
    ListWriter raw(parts_.texts);
    pass_raw(raw, record);
    append(rows, parts_.raw.number(raw.list));
  }
  ++parts_.count;
}

std::uint64_t PackedRecords::Rows::number(std::uint64_t most) {
  std::uint64_t value = 0;
  whole_ = whole_ && read(parts_->rows, at_, most, value);
  return whole_ ? value : 0;
}

std::uint32_t PackedRecords::Rows::index(const NumberedTexts& of) {
  whole_ = whole_ && of.size() > 0;
  return static_cast<std::uint32_t>(number(of.size() - 1));
}

bool PackedRecords::Rows::next(PackedRow& row) {
  if (at_ == parts_->rows.size() || !whole_) return false;
  const auto has = number(most_has), words = number(UINT8_MAX);
  row.disposition = static_cast<Disposition>(words >> 4);
  row.dkim = static_cast<DmarcResult>(words >> 2 & 3);
  row.spf = static_cast<DmarcResult>(words & 3);
  whole_ =
      whole_ && row.disposition <= Disposition::reject && row.dkim <= DmarcResult::fail && row.spf <= DmarcResult::fail;
  row.source_ip.reset();
  if ((has & has_ip) != 0) {
    std::array<std::uint8_t, 16> bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    const std::size_t begin = (has & has_v4) != 0 ? v4_begin : 0;
    whole_ = whole_ && parts_->rows.size() - at_ >= bytes.size() - begin;
    if (whole_) std::copy_n(parts_->rows.begin() + static_cast<std::ptrdiff_t>(at_), 16 - begin, bytes.begin() + begin);
    at_ += 16 - begin;
    row.source_ip = IpAddress::from_bytes(bytes);
  }
  row.count = static_cast<std::int64_t>(number(INT64_MAX));
  row.header_from = index(parts_->texts);
  row.envelope_from = (has & has_envelope_from) != 0 ? index(parts_->texts) : PackedRow::none;
  row.envelope_to = (has & has_envelope_to) != 0 ? index(parts_->texts) : PackedRow::none;
  row.results = index(parts_->results);
  row.reasons = index(parts_->reasons);
  row.raw = (has & has_raw) != 0 ? index(parts_->raw) : PackedRow::none;
  return whole_;
}

void PackedRecords::unpack(const PackedRow& row, Record& record) const {
  constexpr std::size_t any = SIZE_MAX;
  auto& evaluated = record.policy_evaluated;
  record.source_ip = row.source_ip;
  record.count = row.count;
  evaluated.disposition.value = row.disposition;
  evaluated.dkim.value = row.dkim;
  evaluated.spf.value = row.spf;
  ListReader reasons(parts_.texts, parts_.reasons[row.reasons], any);
  pass_reasons(reasons, evaluated.reasons);
  ListReader results(parts_.texts, parts_.results[row.results], any);
  pass_results(results, record.auth_results);
  // Without them, all of them are empty.
  constexpr std::string_view no_raw("\0\0\0\0", 4);
  ListReader raw(parts_.texts, row.raw == PackedRow::none ? no_raw : parts_.raw[row.raw], any);
  pass_raw(raw, record);
  record.identifiers.header_from = parts_.texts[row.header_from];
  const auto optional = [&](std::uint32_t number, std::optional<std::string>& text) {
    number == PackedRow::none ? text.reset() : void(text = parts_.texts[number]);
  };
  optional(row.envelope_from, record.identifiers.envelope_from);
  optional(row.envelope_to, record.identifiers.envelope_to);
}

PackedRecords::Iterator& PackedRecords::Iterator::operator++() {
  PackedRow row;
  at_end_ = !rows_.next(row);
  if (!at_end_) records_->unpack(row, record_);
  return *this;
}

std::optional<PackedRecords> PackedRecords::checked(PackedParts parts, const PackedLimits& limits) {
  PackedRecords records;
  records.parts_ = std::move(parts);
  if (!records.is_whole(limits)) return std::nullopt;
  return records;
}

bool PackedRecords::is_whole(const PackedLimits& limits) const {
  Record record;
  const auto good = [&](const NumberedTexts& lists, auto pass) {
    for (std::uint32_t n = 0; n < lists.size(); ++n) {
      ListReader list(parts_.texts, lists[n], limits.list);
      pass(list);
      if (!list.whole()) return false;
    }
    return true;
  };
  if (!good(parts_.results, [&](ListReader& list) { pass_results(list, record.auth_results); }) ||
      !good(parts_.reasons, [&](ListReader& list) { pass_reasons(list, record.policy_evaluated.reasons); }) ||
      !good(parts_.raw, [&](ListReader& list) { pass_raw(list, record); })) {
    return false;
  }
  Rows rows(*this);
  PackedRow row;
  std::size_t count = 0;
  std::int64_t sum = 0;
  while (rows.next(row)) {
    if (++count > limits.records || row.count > limits.count) return false;
    sum += row.count;
    if (sum > limits.count_sum) return false;
  }
  return rows.whole() && count == parts_.count;
}

}  // namespace schema
