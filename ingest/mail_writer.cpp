#include "ingest/mail_writer.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "ingest/authenticity.h"
#include "schema/sha256.h"

namespace ingest {

using schema::AttachmentEntry;
using schema::Outcome;
using schema::Result;
using schema::Status;
using schema::unexpected;

namespace {

schema::Place place_of(const Message& message) {
  return {message.kind.empty() ? "file" : message.kind, message.origin, message.position};
}

// Outcomes that depend on more than the bytes: on settings, on what the machine had to give at that moment.
bool may_change(const AttachmentEntry& entry) {
  constexpr auto codes = std::to_array<std::string_view>(
      {"cpu", "memory", "timeout", "worker_crash", "unknown_domain", "reporter_auth_fail"});
  if (entry.outcome == Outcome::quarantined) return std::ranges::find(codes, entry.code) != codes.end();
  const bool lost_its_report = !entry.report_id && entry.outcome != Outcome::ignored;
  return lost_its_report;
}

// Nothing that failed is ever deleted there (ingest/imap_afterwards.h, ingest/pop3_account.cpp).
bool lies_on_a_server(const Message& message) {
  return message.kind == "imap" || message.kind == "pop3";
}

std::optional<std::string> unless_empty(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

schema::MailEntry entry_of(const Message& message, std::string_view sha256, const PreparedReading& reading,
                           const std::string& trusted_authserv_id) {
  schema::MailEntry entry;
  entry.sha256 = sha256;
  entry.bytes = static_cast<std::int64_t>(std::max<std::uint64_t>(message.size, message.bytes.size()));
  entry.kind = reading.loose_file ? "file" : name(reading.kind);
  entry.subject = unless_empty(reading.headers.subject);
  entry.from = unless_empty(reading.headers.from);
  entry.message_id = unless_empty(reading.headers.message_id);
  entry.date = reading.headers.date;
  entry.authenticity = name(authenticity(reading.headers.authentication_results, trusted_authserv_id));
  return entry;
}

void add_place(DocumentOutcomes& outcomes, const std::string& origin, const std::string& position) {
  for (auto& outcome : outcomes) {
    outcome.origin = origin;
    outcome.position = position;
  }
}

}  // namespace

Result<bool> MailWriter::is_known(const Message& message, std::string_view sha256) {
  const auto known = writer_.ledger().find(place_of(message), sha256, settings_.parser);
  if (!known) return unexpected(known.error());
  return is_final(*known);
}

Result<bool> MailWriter::is_done(const Message& message, std::string_view sha256) {
  const auto known = writer_.ledger().find(place_of(message), sha256, settings_.parser);
  if (!known) return unexpected(known.error());
  if (!*known || !(*known)->same_place) return false;
  return is_final(*known);
}

Result<bool> MailWriter::is_final(const std::optional<schema::KnownMail>& known) {
  if (!known || known->parser != settings_.parser) return false;
  const auto entries = writer_.ledger().attachments(known->id);
  if (!entries) return unexpected(entries.error());
  for (const auto& entry : *entries) {
    if (may_change(entry)) return false;
    // There may be room for it now.
    if (!entry.failure_id || !entry.original_id || entry.code == "mail_too_large") continue;
    const auto kept = writer_.originals().is_kept(*entry.original_id);
    if (!kept || !*kept) return kept;
  }
  return !entries->empty();
}

Result<DocumentOutcomes> MailWriter::write_known(const Message& message, std::string_view sha256, std::int64_t run_id) {
  auto& ledger = writer_.ledger();
  const auto known = ledger.find(place_of(message), sha256, settings_.parser);
  if (!known) return unexpected(known.error());
  if (!*known) return schema::internal_error("not_found", "A mail has vanished from the ledger.");
  auto entries = ledger.attachments((*known)->id);
  if (!entries) return unexpected(entries.error());
  if ((*known)->same_place) {
    if (auto seen = ledger.see_again((*known)->id, run_id, settings_.parser); !seen) return unexpected(seen.error());
  } else {
    const auto entry = ledger.mail((*known)->id);
    if (!entry) return unexpected(entry.error());
    const auto id = ledger.add_mail(place_of(message), *entry, run_id, settings_.parser, settings_.now());
    if (!id) return unexpected(id.error());
    for (std::size_t n = 0; n < entries->size(); ++n) {
      auto here = seen_again((*entries)[n], *id, static_cast<std::int64_t>(n));
      if (!here) return unexpected(here.error());
      (*entries)[n] = std::move(*here);
    }
    if (auto set = ledger.set_attachments(*id, *entries); !set) return unexpected(set.error());
  }
  DocumentOutcomes outcomes;
  for (const auto& entry : *entries) {
    DocumentOutcome& outcome = outcomes.emplace_back();
    outcome.name = entry.name;
    outcome.document = entry.document;
    const bool stored = entry.outcome == Outcome::stored;
    outcome.outcome = stored ? Outcome::duplicate : entry.outcome;
    outcome.code = stored ? "duplicate" : entry.code;
    outcome.detail = sentence(outcome.code);
    outcome.report_id = entry.report_id;
    outcome.failure_id = entry.failure_id;
  }
  add_place(outcomes, message.origin, message.position);
  return outcomes;
}

Result<DocumentOutcomes> MailWriter::write(const Message& message, std::string_view sha256,
                                           const PreparedReading& reading, std::int64_t run_id) {
  auto& ledger = writer_.ledger();
  const auto known = ledger.find(place_of(message), sha256, settings_.parser);
  if (!known) return unexpected(known.error());
  const auto entry = entry_of(message, sha256, reading, settings_.trusted_authserv_id);
  WrittenMail mail;
  mail.authenticity = entry.authenticity;
  if (*known && (*known)->same_place) {
    mail.id = (*known)->id;
    auto before = ledger.attachments(mail.id);
    if (!before) return unexpected(before.error());
    mail.before = std::move(*before);
    if (auto seen = ledger.see_again(mail.id, run_id, settings_.parser); !seen) return unexpected(seen.error());
  } else {
    const auto id = ledger.add_mail(place_of(message), entry, run_id, settings_.parser, settings_.now());
    if (!id) return unexpected(id.error());
    mail.id = *id;
  }
  WrittenAttachment whole{message.bytes,
                          std::max<std::uint64_t>(message.size, message.bytes.size()),
                          std::string(sha256),
                          {},
                          lies_on_a_server(message),
                          sender_domain(reading.headers.from)};
  auto written = documents(mail, whole, reading);
  if (!written) return unexpected(written.error());
  if (!mail.before.empty() && !reading.refused && !reading.loose_file) {  // the mail as a whole may have failed
    if (auto resolved = document_writer_.resolve_failure(whole, 0); !resolved) return unexpected(resolved.error());
  }
  std::vector<AttachmentEntry> entries;
  DocumentOutcomes outcomes;
  for (auto& [stays, outcome] : *written) {
    entries.push_back(std::move(stays));
    outcomes.push_back(std::move(outcome));
  }
  if (reading.refused || reading.attachments.empty()) {
    entries.front().name = outcomes.front().name = message.name;
  }
  if (auto set = ledger.set_attachments(mail.id, entries); !set) return unexpected(set.error());
  add_place(outcomes, message.origin, message.position);
  return outcomes;
}

Result<std::vector<WrittenDocument>> MailWriter::documents(WrittenMail& mail, WrittenAttachment& whole,
                                                           const PreparedReading& reading) {
  std::vector<WrittenDocument> all;
  const auto add = [&](Result<WrittenDocument> written) -> Status {
    if (!written) return unexpected(std::move(written.error()));
    all.push_back(std::move(*written));
    ++mail.n;
    return {};
  };
  if (reading.refused || reading.attachments.empty()) {
    const PreparedDocument none{"", 0, unexpected(reading.refused.value_or(schema::Error{}))};
    auto added = reading.refused ? add(document_writer_.fail(whole, none, *reading.refused))
                                 : add(document_writer_.ignore(whole, none, reason_code(reading.kind)));
    if (!added) return unexpected(std::move(added.error()));
    return all;
  }
  for (const auto& read : reading.attachments) {
    WrittenAttachment attachment = whole;
    if (!read.is_message) {
      attachment.bytes = read.bytes;
      attachment.size = read.bytes.size();
      attachment.sha256.clear();
      attachment.original_id.reset();
    }
    for (const auto& one : read.documents) {
      if (auto added = add(document_writer_.write(mail, attachment, one)); !added)
        return unexpected(std::move(added.error()));
    }
  }
  return all;
}

Result<DocumentOutcomes> MailWriter::write_again(std::int64_t original_id, std::string_view bytes,
                                                 const PreparedReading& reading) {
  auto& ledger = writer_.ledger();
  const auto mails = ledger.mails_of(original_id);
  if (!mails) return unexpected(mails.error());
  if (mails->empty()) return schema::internal_error("not_found", "No mail in the ledger brought this original.");
  const auto entry = ledger.mail(mails->front());
  if (!entry) return unexpected(entry.error());
  auto before = ledger.attachments(mails->front());
  if (!before) return unexpected(before.error());

  WrittenMail mail{mails->front(), entry->authenticity, {}, before->size()};
  WrittenAttachment original{bytes, bytes.size(), schema::sha256(bytes), original_id};
  std::vector<Change> changes;
  DocumentOutcomes outcomes;
  const auto add = [&](Result<WrittenDocument> written, std::optional<std::int64_t> document) -> Status {
    if (!written) return unexpected(std::move(written.error()));
    changes.push_back({document, std::move(written->entry)});
    outcomes.push_back(std::move(written->outcome));
    return {};
  };
  const bool is_mail = entry->sha256 == original.sha256 && !reading.loose_file;
  if (is_mail) {  // that could not be taken apart so far
    auto written = documents(mail, original, reading);
    if (!written) return unexpected(std::move(written.error()));
    for (std::size_t i = 0; i < written->size(); ++i) {
      const auto place = i == 0 ? std::optional<std::int64_t>(0) : std::nullopt;
      if (auto added = add(std::move((*written)[i]), place); !added) return unexpected(std::move(added.error()));
    }
    if (reading.refused || reading.attachments.empty()) changes[0].entry.name = outcomes[0].name = before->front().name;
    if (!reading.refused) {
      const auto failure = document_writer_.resolve_failure(original, 0);
      if (!failure) return unexpected(failure.error());
      if (!changes[0].entry.failure_id) changes[0].entry.failure_id = *failure;
    }
  } else {
    std::set<std::int64_t> met;
    for (const auto& attachment : reading.attachments) {
      for (const auto& one : attachment.documents) {
        met.insert(one.index);
        const bool counted = std::ranges::any_of(*before, [&](const AttachmentEntry& row) {
          const bool good = row.outcome == Outcome::stored || row.outcome == Outcome::duplicate;
          return row.original_id == original_id && row.document == one.index && good;
        });
        if (counted) continue;
        if (auto added = add(document_writer_.write(mail, original, one), one.index); !added)
          return unexpected(added.error());
        ++mail.n;
      }
    }
    // What was counted as a document and is none any more.
    for (const auto& row : *before) {
      if (row.original_id != original_id || !row.failure_id || met.contains(row.document)) continue;
      const PreparedDocument gone{row.name, static_cast<std::uint32_t>(row.document), unexpected(schema::Error{})};
      auto added = reading.refused
                       ? add(document_writer_.fail(original, gone, *reading.refused), row.document)
                       : add(document_writer_.ignore(original, gone, reason_code(reading.kind)), row.document);
      if (!added) return unexpected(std::move(added.error()));
    }
  }
  for (const auto mail_id : *mails) {
    if (auto changed = change(mail_id, original_id, changes, mail_id == mail.id); !changed) {
      return unexpected(std::move(changed.error()));
    }
  }
  const auto place = ledger.place(mail.id);
  if (!place) return unexpected(place.error());
  add_place(outcomes, place->origin, place->position);
  return outcomes;
}

Status MailWriter::change(std::int64_t mail_id, std::int64_t original_id, const std::vector<Change>& changes,
                          bool brought_first) {
  auto entries = writer_.ledger().attachments(mail_id);
  if (!entries) return unexpected(std::move(entries.error()));
  for (const auto& change : changes) {
    auto row = std::ranges::find_if(*entries, [&](const AttachmentEntry& entry) {
      return change.document && entry.original_id == original_id && entry.document == *change.document;
    });
    const auto n = row - entries->begin();
    if (row == entries->end()) entries->emplace_back();
    auto entry = brought_first ? Result<AttachmentEntry>(change.entry) : seen_again(change.entry, mail_id, n);
    if (!entry) return unexpected(std::move(entry.error()));
    (*entries)[static_cast<std::size_t>(n)] = std::move(*entry);
  }
  return writer_.ledger().set_attachments(mail_id, *entries);
}

// The same document in another mail.
Result<AttachmentEntry> MailWriter::seen_again(const AttachmentEntry& entry, std::int64_t mail_id, std::int64_t n) {
  AttachmentEntry here = entry;
  if (entry.outcome != Outcome::stored && entry.outcome != Outcome::duplicate) return here;
  here.outcome = Outcome::duplicate;
  here.code = "duplicate";
  if (!entry.report_id) return here;
  auto seen = writer_.ledger().add_sighting(*entry.report_id, mail_id, n, settings_.now());
  if (!seen) return unexpected(std::move(seen.error()));
  return here;
}

}  // namespace ingest
