#include "ingest/reading_codec.h"

#include <algorithm>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "schema/domain_name.h"
#include "schema/reason.h"
#include "schema/utf8.h"

namespace ingest {
namespace {

using namespace schema;

// What may be remembered on both sides, so that a text which comes again is a number: most texts of a report do.
constexpr std::size_t most_remembered = 65'536;
constexpr std::size_t longest_remembered = 512;

// How a text is said: as nothing (most are empty), by itself, by itself and remembered from now on, or as number
// `tag - first_remembered` of those.
constexpr std::uint64_t tag_empty = 0, tag_plain = 1, tag_new = 2, first_remembered = 3;

constexpr std::size_t most_errors = 100;  // of one report, as its reader keeps them
constexpr std::size_t hash_bytes = 32;

constexpr std::uint8_t more = 1;  // before each of what is counted only at its end
constexpr std::uint8_t end_mark = 0xe5;

template <typename E>
constexpr std::uint8_t last_of();
template <>
constexpr std::uint8_t last_of<Disposition>() {
  return static_cast<std::uint8_t>(Disposition::reject);
}
template <>
constexpr std::uint8_t last_of<DmarcResult>() {
  return static_cast<std::uint8_t>(DmarcResult::fail);
}
template <>
constexpr std::uint8_t last_of<Policy>() {
  return static_cast<std::uint8_t>(Policy::reject);
}
template <>
constexpr std::uint8_t last_of<Alignment>() {
  return static_cast<std::uint8_t>(Alignment::s);
}
template <>
constexpr std::uint8_t last_of<AuthResult>() {
  return static_cast<std::uint8_t>(AuthResult::other);
}
template <>
constexpr std::uint8_t last_of<SpfScope>() {
  return static_cast<std::uint8_t>(SpfScope::mfrom);
}
template <>
constexpr std::uint8_t last_of<OverrideType>() {
  return static_cast<std::uint8_t>(OverrideType::policy_test_mode);
}
template <>
constexpr std::uint8_t last_of<DiscoveryMethod>() {
  return static_cast<std::uint8_t>(DiscoveryMethod::treewalk);
}
template <>
constexpr std::uint8_t last_of<Dialect>() {
  return static_cast<std::uint8_t>(Dialect::rfc9990);
}
template <>
constexpr std::uint8_t last_of<MailKind>() {
  return static_cast<std::uint8_t>(MailKind::other);
}
template <>
constexpr std::uint8_t last_of<ErrorKind>() {
  return static_cast<std::uint8_t>(ErrorKind::too_large);  // the others are no outcomes of reading
}

// The two directions have the same functions, so that one description below serves both.

class Writing {
 public:
  static constexpr bool reads = false;
  explicit Writing(WireWriter& wire) : wire_(wire) {}

  void text(const std::string& value) {
    if (value.empty()) return wire_.number(tag_empty);
    if (value.size() > longest_remembered) return plain(value);
    const auto [known, is_new] = numbers_.try_emplace(value, numbers_.size());
    if (!is_new) return wire_.number(first_remembered + known->second);
    const bool kept = numbers_.size() <= most_remembered;
    if (!kept) numbers_.erase(known);
    wire_.number(kept ? tag_new : tag_plain);
    wire_.text(value);
  }
  void name(const std::string& value) { text(value); }
  void code(const std::string& value) { text(value); }
  void flag(bool value) { wire_.byte(value ? 1 : 0); }
  void number(std::int64_t value) { wire_.number(static_cast<std::uint64_t>(value)); }
  void count(std::int64_t value, std::int64_t) { number(value); }
  void index(std::uint32_t value) { wire_.number(value); }
  void byte(std::uint8_t value, std::uint8_t) { wire_.byte(value); }
  void raw(const char* bytes, std::size_t size) { wire_.bytes({bytes, size}); }
  template <typename E>
  void value(E value) {
    wire_.byte(static_cast<std::uint8_t>(value));
  }
  template <typename T, typename Pass>
  void list(const std::vector<T>& all, std::size_t, Pass pass) {
    wire_.number(all.size());
    for (const T& one : all) pass(one);
  }
  // For those of which nobody knows how many will come.
  template <typename T, typename Pass>
  void stream(const std::vector<T>& all, std::size_t, Pass pass) {
    for (const T& one : all) {
      wire_.byte(more);
      pass(one);
    }
    wire_.byte(0);
  }
  template <typename T, typename Pass>
  void optional(const std::optional<T>& value, Pass pass) {
    flag(value.has_value());
    if (value) pass(*value);
  }
  void bytes(const PreparedAttachment& attachment, std::string_view message) {
    const bool same = attachment.is_message || attachment.bytes == message;
    flag(same);
    if (!same) wire_.text(attachment.bytes);
  }

 private:
  void plain(const std::string& value) {
    wire_.number(tag_plain);
    wire_.text(value);
  }

  WireWriter& wire_;
  std::unordered_map<std::string, std::size_t> numbers_;
};

class Reading {
 public:
  static constexpr bool reads = true;
  Reading(WireReader& wire, const Limits& limits, std::size_t memory_bytes)
      : wire_(wire),
        longest_text_(4 * std::max({limits.header_unfolded_bytes, limits.text_bytes, limits.report_id_bytes,
                                    limits.org_name_bytes, limits.email_bytes, limits.domain_bytes})),
        longest_bytes_(std::max({limits.mail_bytes, limits.attachment_bytes, limits.decompressed_mail_bytes})),
        memory_left_(memory_bytes) {}

  void text(std::string& value) {
    const std::uint64_t tag = wire_.number(first_remembered + most_remembered);
    if (tag >= first_remembered) {
      if (tag - first_remembered >= texts_.size()) return wire_.fail("a text is referred to that never came");
      value = texts_[tag - first_remembered];
      return spend(value.size());
    }
    if (tag == tag_empty) return value.clear();
    wire_.text(value, longest_text_);
    spend(value.size());
    if (!is_utf8(value)) return wire_.fail("a text is not UTF-8");
    if (tag == tag_new) remember(value);
  }
  // For people, on terminals and in logs, too.
  void name(std::string& value) {
    text(value);
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (std::ranges::any_of(value, is_control)) wire_.fail("a name holds control characters");
  }
  void code(std::string& value) {
    text(value);
    if (schema::reason_code(value) == nullptr && wire_.good()) wire_.fail("there is no such reason");
  }
  void note_code(std::string& value) {
    text(value);
    if (note_kind(value) == nullptr && wire_.good()) wire_.fail("there is no such note");
  }
  void flag(bool& value) { value = wire_.byte(1) != 0; }
  void number(std::int64_t& value) { value = static_cast<std::int64_t>(wire_.number(UINT64_MAX)); }
  void count(std::int64_t& value, std::int64_t most) {
    value = static_cast<std::int64_t>(wire_.number(static_cast<std::uint64_t>(most)));
  }
  void index(std::uint32_t& value) { value = static_cast<std::uint32_t>(wire_.number(UINT32_MAX)); }
  void byte(std::uint8_t& value, std::uint8_t most) { value = wire_.byte(most); }
  void raw(char* bytes, std::size_t size) { wire_.bytes(bytes, size); }
  template <typename E>
  void value(E& value) {
    value = static_cast<E>(wire_.byte(last_of<E>()));
  }
  template <typename T, typename Pass>
  void list(std::vector<T>& all, std::size_t most, Pass pass) {
    for (std::uint64_t left = wire_.number(most); left > 0 && wire_.good(); --left) one(all, pass);
  }
  template <typename T, typename Pass>
  void stream(std::vector<T>& all, std::size_t most, Pass pass) {
    while (wire_.byte(more) == more && wire_.good()) {
      if (all.size() == most) return wire_.fail("there is too much of something");
      one(all, pass);
    }
  }
  template <typename T, typename Pass>
  void optional(std::optional<T>& value, Pass pass) {
    bool there = false;
    flag(there);
    if (there) pass(value.emplace());
  }
  void bytes(PreparedAttachment& attachment, std::string_view) {
    flag(attachment.is_message);
    if (attachment.is_message) return;
    wire_.text(attachment.bytes, std::min(longest_bytes_, memory_left_));
    spend(attachment.bytes.size());
  }

  void require(bool is_so, std::string_view fault) {
    if (!is_so) wire_.fail(fault);
  }
  bool good() const { return wire_.good(); }

 private:
  void spend(std::size_t bytes) {
    if (bytes > memory_left_) wire_.fail("it is larger than it may be");
    memory_left_ -= std::min(bytes, memory_left_);
  }
  void remember(const std::string& value) {
    if (value.size() > longest_remembered || texts_.size() == most_remembered)
      return wire_.fail("too much is to be remembered");
    spend(sizeof value + value.size());
    texts_.push_back(value);
  }
  template <typename T, typename Pass>
  void one(std::vector<T>& all, Pass pass) {
    spend(sizeof(T));
    if (wire_.good()) pass(all.emplace_back());
  }

  WireReader& wire_;
  const std::size_t longest_text_, longest_bytes_;
  std::size_t memory_left_;
  std::vector<std::string> texts_;
};

// One description for both directions: each field, in its order. `Of` is what a direction may do with it.
template <typename Wire, typename T>
using Of = std::conditional_t<Wire::reads, T, const T>;

template <typename Wire, typename E>
void pass_word(Wire& wire, E& word) {
  wire.value(word.value);
  wire.text(word.raw);
}

template <typename Wire>
void pass(Wire& wire, Of<Wire, Position>& position) {
  wire.number(position.line);
  wire.number(position.column);
  wire.number(position.byte);
}

template <typename Wire>
void pass(Wire& wire, Of<Wire, Error>& error) {
  wire.value(error.kind);
  wire.code(error.code);
  wire.name(error.message);
  wire.optional(error.position, [&](auto& position) { pass(wire, position); });
}

template <typename Wire>
void pass(Wire& wire, Of<Wire, Note>& note) {
  if constexpr (Wire::reads) {
    wire.note_code(note.code);
  } else {
    wire.text(note.code);
  }
  wire.count(note.count, INT64_MAX);
  pass(wire, note.first);
  wire.text(note.detail);
}

template <typename Wire>
void pass(Wire& wire, Of<Wire, PolicyPublished>& policy) {
  wire.text(policy.domain);
  pass_word(wire, policy.adkim);
  pass_word(wire, policy.aspf);
  pass_word(wire, policy.p);
  pass_word(wire, policy.sp);
  pass_word(wire, policy.np);
  wire.optional(policy.pct, [&](auto& pct) {
    std::int64_t number = pct;
    wire.count(number, 100);
    if constexpr (Wire::reads) pct = static_cast<int>(number);
  });
  wire.text(policy.fo);
  wire.optional(policy.testing, [&](auto& testing) { wire.flag(testing); });
  pass_word(wire, policy.discovery_method);
}

template <typename Wire>
void pass(Wire& wire, Of<Wire, ReportHead>& head) {
  wire.text(head.version);
  wire.value(head.dialect);
  auto& metadata = head.metadata;
  wire.text(metadata.org_name);
  wire.text(metadata.email);
  wire.text(metadata.extra_contact_info);
  wire.text(metadata.report_id);
  wire.number(metadata.begin);
  wire.number(metadata.end);
  wire.list(metadata.errors, most_errors, [&](auto& error) { wire.text(error); });
  wire.text(metadata.generator);
  pass(wire, head.policy_published);
  wire.list(head.notes, note_kinds().size(), [&](auto& note) { pass(wire, note); });
}

template <typename Wire>
void pass(Wire& wire, Of<Wire, std::optional<IpAddress>>& ip) {
  std::array<std::uint8_t, 16> bytes{};
  if constexpr (Wire::reads) {
    bool there = false;
    wire.flag(there);
    if (!there) return;
    wire.raw(reinterpret_cast<char*>(bytes.data()), bytes.size());
    ip = IpAddress::from_bytes(bytes);
  } else {
    wire.flag(ip.has_value());
    if (!ip) return;
    bytes = ip->bytes();
    wire.raw(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
}

template <typename Wire>
void pass(Wire& wire, Of<Wire, Record>& record, const Limits& limits) {
  pass(wire, record.source_ip);
  wire.text(record.source_ip_raw);
  wire.count(record.count, limits.count);
  auto& evaluated = record.policy_evaluated;
  pass_word(wire, evaluated.disposition);
  pass_word(wire, evaluated.dkim);
  pass_word(wire, evaluated.spf);
  wire.list(evaluated.reasons, limits.auth_results, [&](auto& reason) {
    pass_word(wire, reason.type);
    wire.text(reason.comment);
  });
  auto& identifiers = record.identifiers;
  wire.text(identifiers.header_from);
  wire.optional(identifiers.envelope_from, [&](auto& text) { wire.text(text); });
  wire.optional(identifiers.envelope_to, [&](auto& text) { wire.text(text); });
  wire.list(record.auth_results.dkim, limits.auth_results, [&](auto& dkim) {
    wire.text(dkim.domain);
    wire.text(dkim.selector);
    pass_word(wire, dkim.result);
    wire.text(dkim.human_result);
  });
  wire.list(record.auth_results.spf, limits.auth_results, [&](auto& spf) {
    wire.text(spf.domain);
    pass_word(wire, spf.scope);
    pass_word(wire, spf.result);
    wire.text(spf.human_result);
  });
}

// The records first: who reads them as they come knows the notes at the end.
template <typename Wire>
void pass(Wire& wire, Of<Wire, Report>& report, Of<Wire, std::string>& content_hash,
          Of<Wire, std::vector<std::uint8_t>>& estimates, const Limits& limits) {
  wire.stream(report.records, limits.records, [&](auto& record) { pass(wire, record, limits); });
  pass(wire, static_cast<Of<Wire, ReportHead>&>(report));
  wire.raw(content_hash.data(), hash_bytes);
  wire.stream(estimates, limits.records, [&](auto& estimate) { wire.byte(estimate, 0x0a); });
}

bool is_estimate(std::uint8_t estimate) {
  return (estimate & 3) <= last_of<DmarcResult>() && estimate >> 2 <= last_of<DmarcResult>();
}

// What parse_report() promises of a report, and the rest of the program relies on.
void require_plausible(Reading& wire, const Report& report, const std::vector<std::uint8_t>& estimates,
                       const Limits& limits) {
  const auto& metadata = report.metadata;
  wire.require(metadata.begin >= limits.earliest && metadata.end >= metadata.begin &&
                   metadata.end - metadata.begin <= limits.period_seconds,
               "the period is impossible");
  wire.require(is_domain_name(report.policy_published.domain), "the policy domain is no domain");
  wire.require(report.metadata.report_id.size() <= limits.report_id_bytes &&
                   report.metadata.org_name.size() <= limits.org_name_bytes &&
                   report.metadata.email.size() <= limits.email_bytes,
               "what identifies the report is too long");
  std::int64_t sum = 0;
  for (const Record& record : report.records) {
    sum += record.count;
    if (sum > limits.count_sum) return wire.require(false, "there are more messages than there may be");
  }
  wire.require(estimates.size() == report.records.size() && std::ranges::all_of(estimates, is_estimate),
               "the estimates do not fit the records");
}

void pass(Writing& wire, const Result<PreparedReport>& report, const Limits& limits) {
  wire.flag(report.has_value());
  if (!report) return pass(wire, report.error());
  pass(wire, report->report, report->content_hash, report->estimates, limits);
}

void pass(Reading& wire, Result<PreparedReport>& prepared, const Limits& limits) {
  bool good = false;
  wire.flag(good);
  if (good) {
    Report report;
    std::string content_hash(hash_bytes, '\0');
    std::vector<std::uint8_t> estimates;
    pass(wire, report, content_hash, estimates, limits);
    require_plausible(wire, report, estimates, limits);
    if (wire.good()) prepared = PreparedReport(std::move(report), std::move(content_hash), std::move(estimates));
  } else {
    Error error;
    pass(wire, error);
    prepared = unexpected(std::move(error));
  }
}

template <typename Wire>
void pass(Wire& wire, Of<Wire, PreparedReading>& reading, std::string_view message, const Limits& limits) {
  wire.value(reading.kind);
  wire.flag(reading.loose_file);
  auto& headers = reading.headers;
  wire.name(headers.subject);
  wire.name(headers.from);
  wire.name(headers.message_id);
  wire.optional(headers.date, [&](auto& date) { wire.number(date); });
  wire.list(headers.authentication_results, limits.header_count, [&](auto& header) { wire.text(header); });
  wire.optional(reading.refused, [&](auto& refused) { pass(wire, refused); });
  // Parts of the mail, of mails in it, and of mails in its archives.
  const std::size_t most = limits.mime_parts + limits.archive_entries;
  wire.stream(reading.attachments, most * most, [&](auto& attachment) {
    wire.name(attachment.name);
    wire.bytes(attachment, message);
    wire.stream(attachment.documents, most * most, [&](auto& document) {
      wire.name(document.name);
      wire.index(document.index);
      wire.name(document.excerpt);
      pass(wire, document.report, limits);
    });
    if constexpr (Wire::reads) wire.require(!attachment.documents.empty(), "an attachment holds nothing");
  });
}

}  // namespace

void write_reading(WireWriter& wire, const PreparedReading& reading, std::string_view message) {
  Writing writing(wire);
  pass(writing, reading, message, Limits());
  wire.byte(end_mark);
}

PreparedReading read_reading(WireReader& wire, std::string_view message, const Limits& limits,
                             std::size_t memory_bytes) {
  Reading read(wire, limits, memory_bytes);
  PreparedReading reading;
  pass(read, reading, message, limits);
  if (wire.byte(0xff) != end_mark) wire.fail("it does not end where it should");
  if (!wire.good()) return {};
  return reading;
}

}  // namespace ingest
