#include "ingest/report_codec.h"

#include <algorithm>
#include <utility>

#include "schema/domain_name.h"

namespace ingest {
namespace {

using namespace schema;

constexpr std::size_t most_errors = 100;  // of one report, as its reader keeps them
constexpr std::size_t hash_bytes = 32;

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
  constexpr auto last = static_cast<std::uint8_t>(last_of<DmarcResult>);
  return (estimate & 3) <= last && estimate >> 2 <= last;
}

// What parse_report() promises of a report, and the rest of the program relies on.
void require_plausible(CodecReader& wire, const Report& report, const std::vector<std::uint8_t>& estimates,
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

}  // namespace

void pass(CodecWriter& wire, const Result<PreparedReport>& report, const Limits& limits) {
  wire.flag(report.has_value());
  if (!report) return pass(wire, report.error());
  pass(wire, report->report, report->content_hash, report->estimates, limits);
}

void pass(CodecReader& wire, Result<PreparedReport>& prepared, const Limits& limits) {
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

}  // namespace ingest
