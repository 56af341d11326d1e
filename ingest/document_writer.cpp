#include "ingest/document_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "ingest/authenticity.h"
#include "schema/domain_name.h"
#include "schema/record_numbering.h"
#include "schema/sha256.h"

namespace ingest {

using schema::AttachmentEntry;
using schema::Outcome;
using schema::Result;
using schema::unexpected;

bool accepts_domain(const IngestSettings& settings, const std::string& domain) {
  if (settings.domains.empty()) return true;
  return std::ranges::any_of(settings.domains, [&](const std::string& written) {
    const auto own = schema::normalise_domain(written);
    return domain == own || domain.ends_with('.' + own);
  });
}

std::string sentence(std::string_view code) {
  const auto* reason = schema::reason_code(code);
  return reason == nullptr ? std::string() : std::string(reason->sentence);
}

Result<WrittenDocument> DocumentWriter::write(WrittenMail& mail, WrittenAttachment& attachment,
                                              const PreparedDocument& document) {
  if (document.report) return report(mail, attachment, document, *document.report);
  // A parser that has become stricter takes nothing away.
  if (mail.n < mail.before.size() && mail.before[mail.n].outcome == Outcome::stored) {
    const auto& entry = mail.before[mail.n];
    DocumentOutcome outcome;
    outcome.name = entry.name;
    outcome.document = entry.document;
    outcome.outcome = Outcome::duplicate;
    outcome.code = "duplicate";
    outcome.detail = sentence(outcome.code);
    outcome.report_id = entry.report_id;
    return WrittenDocument{entry, outcome};
  }
  const auto& error = document.report.error();
  const auto* reason = schema::reason_code(error.code);
  if (reason != nullptr && reason->outcome == Outcome::ignored) return ignore(attachment, document, error.code);
  return fail(attachment, document, error);
}

Result<WrittenDocument> DocumentWriter::report(WrittenMail& mail, WrittenAttachment& attachment,
                                               const PreparedDocument& document, const schema::PreparedReport& report) {
  const auto& domain = report.policy_published.domain;
  if (!accepts_domain(settings_, domain)) {
    return fail(attachment, document,
                {schema::ErrorKind::malformed, "unknown_domain",
                 fmt::format("The report is about {}, which is not among your domains.", domain)});
  }
  if (settings_.trust_authentication_results && mail.authenticity == name(Authenticity::fail)) {
    return fail(attachment, document,
                {schema::ErrorKind::malformed, "reporter_auth_fail", sentence("reporter_auth_fail")});
  }
  const auto match = writer_.reports().match(report);
  if (!match) return unexpected(match.error());
  if (match->outcome == Outcome::stored) return store(mail, attachment, document, report);
  const auto rival = match->report_id == 0 ? std::nullopt : std::optional(match->report_id);
  if (match->outcome == Outcome::conflict) {
    const auto sums = schema::class_sums(report.records);
    const auto first = rival ? fmt::format("Report {}", *rival) : std::string("A report that was pruned");
    return fail(attachment, document,
                {schema::ErrorKind::malformed, "conflict",
                 fmt::format("{} with the same identity has {} messages in {} records, this one {} in {}.", first,
                             match->messages, match->records, sums.messages, report.records.size())},
                rival);
  }
  return duplicate(mail, attachment, document, rival);
}

Result<WrittenDocument> DocumentWriter::duplicate(WrittenMail& mail, WrittenAttachment& attachment,
                                                  const PreparedDocument& document,
                                                  std::optional<std::int64_t> report_id) {
  const auto original = kept_before(attachment);
  if (!original) return unexpected(original.error());
  const auto failure = settle_failure(mail, attachment, document.index, report_id);
  if (!failure) return unexpected(failure.error());
  WrittenDocument written;
  written.outcome.outcome = Outcome::duplicate;
  written.outcome.code = "duplicate";
  written.outcome.detail = sentence("duplicate");
  written.outcome.report_id = report_id;
  written.outcome.name = document.name;
  written.outcome.document = document.index;
  written.entry = {document.name, document.index, *original, Outcome::duplicate, "duplicate", report_id, *failure};
  // Read again where it was, what this mail brought first stays what it was; once, for it may hold the report twice.
  const auto brought = std::ranges::find_if(mail.before, [&](const AttachmentEntry& before) {
    return before.outcome == Outcome::stored && before.report_id == report_id;
  });
  if (brought != mail.before.end()) {
    written.entry.outcome = Outcome::stored;
    written.entry.code.clear();
    brought->outcome = Outcome::duplicate;
    return written;
  }
  if (!report_id) return written;
  auto seen = writer_.ledger().add_sighting(*report_id, mail.id, static_cast<std::int64_t>(mail.n), settings_.now());
  if (!seen) return unexpected(std::move(seen.error()));
  return written;
}

Result<WrittenDocument> DocumentWriter::store(const WrittenMail& mail, WrittenAttachment& attachment,
                                              const PreparedDocument& document, const schema::PreparedReport& report) {
  std::optional<std::int64_t> original;
  if (settings_.keep_originals) {
    const auto kept = keep(attachment);
    if (!kept) return unexpected(kept.error());
    original = *kept;
  }
  const auto id = writer_.reports().insert(
      report, {mail.id, original, document.index, document.name, mail.authenticity, settings_.parser, settings_.now()});
  if (!id) return unexpected(id.error());
  const auto failure = settle_failure(mail, attachment, document.index, *id);
  if (!failure) return unexpected(failure.error());
  WrittenDocument written;
  written.entry = {document.name, document.index, original, Outcome::stored, "", *id, *failure};
  written.outcome.name = document.name;
  written.outcome.document = document.index;
  written.outcome.outcome = Outcome::stored;
  written.outcome.report_id = *id;
  written.outcome.notes = report.notes;
  written.outcome.reporter = report.metadata.org_name;
  written.outcome.domain = report.policy_published.domain;
  written.outcome.records = static_cast<std::int64_t>(report.records.size());
  written.outcome.messages = schema::class_sums(report.records).messages;
  return written;
}

Result<WrittenDocument> DocumentWriter::fail(WrittenAttachment& attachment, const PreparedDocument& document,
                                             const schema::Error& error, std::optional<std::int64_t> rival_id) {
  const auto* reason = schema::reason_code(error.code);
  const auto original = keep_failed(attachment);
  if (!original) return unexpected(original.error());
  const auto kept = writer_.originals().is_kept(*original);
  if (!kept) return unexpected(kept.error());
  std::string detail = error.message;
  if (!*kept && attachment.lies_elsewhere)
    detail += " Its bytes are left in the mailbox: the quarantine has no room for them.";
  schema::FailureEntry failure{
      *original,       document.index, error.code,       reason == nullptr ? schema::Stage::schema : reason->stage,
      detail,          error.position, document.excerpt, rival_id,
      settings_.parser};
  const auto failure_id = writer_.failures().add(failure, settings_.now());
  if (!failure_id) return unexpected(failure_id.error());
  const auto outcome = reason == nullptr ? Outcome::quarantined : reason->outcome;
  WrittenDocument written;
  written.entry = {document.name, document.index, *original, outcome, error.code, rival_id, *failure_id};
  written.outcome.name = document.name;
  written.outcome.document = document.index;
  written.outcome.outcome = outcome;
  written.outcome.code = error.code;
  written.outcome.detail = detail;
  written.outcome.report_id = rival_id;
  written.outcome.failure_id = *failure_id;
  return written;
}

Result<WrittenDocument> DocumentWriter::ignore(WrittenAttachment& attachment, const PreparedDocument& document,
                                               std::string_view code) {
  const auto original = kept_before(attachment);
  if (!original) return unexpected(original.error());
  const auto failure = resolve_failure(attachment, document.index);
  if (!failure) return unexpected(failure.error());
  WrittenDocument written;
  written.entry = {document.name, document.index, *original, Outcome::ignored, std::string(code), {}, *failure};
  written.outcome.name = document.name;
  written.outcome.document = document.index;
  written.outcome.outcome = Outcome::ignored;
  written.outcome.code = code;
  written.outcome.detail = sentence(code);
  return written;
}

Result<std::int64_t> DocumentWriter::keep(WrittenAttachment& attachment) {
  if (attachment.original_id) return *attachment.original_id;
  const auto kept = attachment.size > attachment.bytes.size()
                        ? writer_.originals().keep_length(attachment.bytes, attachment.size)
                        : writer_.originals().keep(attachment.bytes);
  if (!kept) return unexpected(kept.error());
  attachment.original_id = *kept;
  return *kept;
}

Result<std::int64_t> DocumentWriter::keep_failed(WrittenAttachment& attachment) {
  if (!attachment.lies_elsewhere || attachment.original_id) return keep(attachment);
  const auto room = room_.take(attachment.bytes.size(), attachment.sender, settings_.now());
  if (!room) return unexpected(room.error());
  if (*room) return keep(attachment);
  const auto known = writer_.originals().keep_length(attachment.bytes, attachment.size);
  if (!known) return unexpected(known.error());
  attachment.original_id = *known;
  return *known;
}

Result<std::optional<std::int64_t>> DocumentWriter::kept_before(WrittenAttachment& attachment) {
  if (attachment.original_id) return attachment.original_id;
  if (attachment.sha256.empty()) attachment.sha256 = schema::sha256(attachment.bytes);
  const auto known = writer_.originals().find(attachment.sha256);
  if (known) attachment.original_id = *known;
  return known;
}

Result<std::optional<std::int64_t>> DocumentWriter::resolve_failure(WrittenAttachment& attachment,
                                                                    std::int64_t document) {
  const auto original = kept_before(attachment);
  if (!original || !*original) return original;
  auto failure = writer_.failures().find(**original, document);
  if (!failure || !*failure) return failure;
  auto resolved = writer_.failures().decide(**failure, schema::FailureState::resolved, "");
  if (!resolved) return unexpected(std::move(resolved.error()));
  return failure;
}

// The same document in other mails is settled with it.
Result<std::optional<std::int64_t>> DocumentWriter::settle_failure(const WrittenMail& mail,
                                                                   WrittenAttachment& attachment, std::int64_t document,
                                                                   std::optional<std::int64_t> report_id) {
  auto failure = resolve_failure(attachment, document);
  if (!failure || !*failure) return failure;
  auto settled = writer_.ledger().settle(**failure, report_id, mail.id, settings_.now());
  if (!settled) return unexpected(std::move(settled.error()));
  return failure;
}

}  // namespace ingest
