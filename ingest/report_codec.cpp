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

void pass(CodecWriter& wire, const PackedRecords& records, const Limits&) {
  const PackedParts& parts = records.parts();
  for (const auto* texts : {&parts.texts, &parts.results, &parts.reasons, &parts.raw}) wire.texts(*texts);
  wire.index(parts.count);
  wire.blob(parts.rows);
}

void pass(CodecReader& wire, PackedRecords& records, const Limits& limits) {
  PackedParts parts;
  wire.texts(parts.texts);
  for (auto* lists : {&parts.results, &parts.reasons, &parts.raw}) wire.byte_texts(*lists);
  wire.index(parts.count);
  wire.blob(parts.rows);
  if (!wire.good()) return;
  auto checked =
      PackedRecords::checked(std::move(parts), {limits.records, limits.count, limits.count_sum, limits.auth_results});
  wire.require(checked.has_value(), "the records are none that a report may have");
  if (checked) records = std::move(*checked);
}

template <typename Wire>
void pass(Wire& wire, Of<Wire, ReportHead>& head, Of<Wire, PackedRecords>& records, Of<Wire, std::string>& content_hash,
          Of<Wire, std::vector<std::uint8_t>>& estimates, const Limits& limits) {
  pass(wire, records, limits);
  pass(wire, head);
  wire.raw(content_hash.data(), hash_bytes);
  wire.stream(estimates, limits.records, [&](auto& estimate) { wire.byte(estimate, 0x0a); });
}

bool is_estimate(std::uint8_t estimate) {
  constexpr auto last = static_cast<std::uint8_t>(last_of<DmarcResult>());
  return (estimate & 3) <= last && estimate >> 2 <= last;
}

// What parse_report() promises of a report, and the rest of the program relies on.
void require_plausible(CodecReader& wire, const ReportHead& head, std::size_t records,
                       const std::vector<std::uint8_t>& estimates, const Limits& limits) {
  const auto& metadata = head.metadata;
  wire.require(metadata.begin >= limits.earliest && metadata.end >= metadata.begin &&
                   metadata.end - metadata.begin <= limits.period_seconds,
               "the period is impossible");
  wire.require(is_domain_name(head.policy_published.domain), "the policy domain is no domain");
  wire.require(metadata.report_id.size() <= limits.report_id_bytes &&
                   metadata.org_name.size() <= limits.org_name_bytes && metadata.email.size() <= limits.email_bytes,
               "what identifies the report is too long");
  wire.require(estimates.size() == records && std::ranges::all_of(estimates, is_estimate),
               "the estimates do not fit the records");
}

}  // namespace

void pass(CodecWriter& wire, const Result<PreparedReport>& report, const Limits& limits) {
  wire.flag(report.has_value());
  if (!report) return pass(wire, report.error());
  pass(wire, static_cast<const ReportHead&>(*report), report->records, report->content_hash, report->estimates, limits);
}

void pass(CodecReader& wire, Result<PreparedReport>& prepared, const Limits& limits) {
  bool good = false;
  wire.flag(good);
  if (good) {
    ReportHead head;
    PackedRecords records;
    std::string content_hash(hash_bytes, '\0');
    std::vector<std::uint8_t> estimates;
    pass(wire, head, records, content_hash, estimates, limits);
    require_plausible(wire, head, records.size(), estimates, limits);
    if (wire.good()) {
      prepared = PreparedReport(std::move(head), std::move(records), std::move(content_hash), std::move(estimates));
    }
  } else {
    Error error;
    pass(wire, error);
    prepared = unexpected(std::move(error));
  }
}

}  // namespace ingest
