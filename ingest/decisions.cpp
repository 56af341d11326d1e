#include "ingest/decisions.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ingest {

using schema::Failure;
using schema::FailureState;
using schema::Outcome;
using schema::Result;
using schema::Status;
using schema::unexpected;

namespace {

// Runs `work` as one batch; nothing of it stays when it fails.
template <typename Work>
auto as_batch(schema::Writer& writer, Work work) -> decltype(work()) {
  if (auto begun = writer.begin(); !begun) return unexpected(std::move(begun.error()));
  auto done = work();
  if (!done) {
    writer.rollback();
    return done;
  }
  if (auto committed = writer.commit(); !committed) return unexpected(std::move(committed.error()));
  return done;
}

Result<Failure> unresolved(schema::Writer& writer, std::int64_t id) {
  auto failure = writer.failures().load(id);
  if (failure && failure->state == FailureState::resolved) {
    return schema::malformed("wrong_state", fmt::format("Failure {} is resolved already.", id));
  }
  return failure;
}

// The name under which the document of a failure came, for dates and ids that its text lacks.
Result<std::string> name_of(schema::Writer& writer, const Failure& failure) {
  const auto places = writer.failures().attachments(failure.id);
  if (!places) return unexpected(places.error());
  if (places->empty()) return std::string();
  const auto entries = writer.ledger().attachments(places->front().mail_id);
  if (!entries) return unexpected(entries.error());
  return (*entries)[static_cast<std::size_t>(places->front().n)].name;
}

Result<std::pair<std::string, PreparedReading>> read_again(schema::Writer& writer, const IngestSettings& settings,
                                                           const MessageReader& reader, const Failure& failure) {
  auto bytes = writer.originals().load(failure.original_id);
  if (!bytes) return unexpected(std::move(bytes.error()));
  const auto name = name_of(writer, failure);
  if (!name) return unexpected(name.error());
  auto reading = prepared_reading(reader, *bytes, *name, settings.limits, settings.now());
  if (const auto* reason = no_reader(reading)) return unexpected(*reason);
  return std::pair(std::move(*bytes), std::move(reading));
}

}  // namespace

Result<DocumentOutcome> retry(schema::Writer& writer, const IngestSettings& settings, const MessageReader& reader,
                              std::int64_t failure_id) {
  return as_batch(writer, [&]() -> Result<DocumentOutcome> {
    const auto failure = unresolved(writer, failure_id);
    if (!failure) return unexpected(failure.error());
    const auto read = read_again(writer, settings, reader, *failure);
    if (!read) return unexpected(read.error());
    const auto& [bytes, reading] = *read;
    auto outcomes = MailWriter(writer, settings).write_again(failure->original_id, bytes, reading);
    if (!outcomes) return unexpected(std::move(outcomes.error()));
    const auto its = std::ranges::find(*outcomes, failure->document, &DocumentOutcome::document);
    if (its == outcomes->end()) {
      return schema::internal_error("not_found", "The document of the failure has vanished.");
    }
    return std::move(*its);
  });
}

Status decide(schema::Writer& writer, std::int64_t failure_id, FailureState state, const std::string& note) {
  return as_batch(writer, [&]() -> Status {
    const auto failure = unresolved(writer, failure_id);
    if (!failure) return unexpected(failure.error());
    return writer.failures().decide(failure_id, state, note);
  });
}

namespace {

Status count_second(schema::Writer& writer, const IngestSettings& settings, const MessageReader& reader,
                    const Failure& failure) {
  auto read = read_again(writer, settings, reader, failure);
  if (!read) return unexpected(std::move(read.error()));
  const PreparedDocument* second = nullptr;
  for (const auto& attachment : read->second.attachments) {
    for (const auto& document : attachment.documents) {
      if (document.index == failure.document && document.report) second = &document;
    }
  }
  const auto gone = [] { return schema::malformed("wrong_state", "This is no conflict any more; try it again."); };
  if (second == nullptr || !failure.rival_id) return gone();
  const auto match = writer.reports().match(*second->report);
  if (!match) return unexpected(match.error());
  if (match->outcome != Outcome::conflict || match->report_id != *failure.rival_id) return gone();

  const auto rival = *failure.rival_id;
  const auto first = writer.reports().origin(rival);
  if (!first) return unexpected(first.error());
  std::optional<std::int64_t> outvoted;
  if (first->original_id) {
    const auto kept = writer.failures().add(
        {*first->original_id, first->document, "conflict", schema::Stage::store,
         "The other report with this identity was kept.", std::nullopt, "", rival, settings.parser},
        settings.now());
    if (!kept) return unexpected(kept.error());
    outvoted = *kept;
    auto settled = writer.failures().decide(*kept, FailureState::resolved, "");
    if (!settled) return settled;
  }
  if (auto done = writer.ledger().outvote(rival, outvoted); !done) return done;

  const auto places = writer.failures().attachments(failure.id);
  if (!places || places->empty()) return places ? gone() : unexpected(places.error());
  const auto mail = writer.ledger().mail(places->front().mail_id);
  if (!mail) return unexpected(mail.error());
  const auto original = settings.keep_originals ? std::optional(failure.original_id) : std::nullopt;
  auto replaced = writer.reports().replace(rival, *second->report,
                                           {places->front().mail_id, original, failure.document, second->name,
                                            mail->authenticity, settings.parser, settings.now()});
  if (!replaced) return replaced;
  for (const auto& place : *places) {
    auto entries = writer.ledger().attachments(place.mail_id);
    if (!entries) return unexpected(std::move(entries.error()));
    auto& entry = (*entries)[static_cast<std::size_t>(place.n)];
    const bool brought_it = place == places->front();
    entry.outcome = brought_it ? Outcome::stored : Outcome::duplicate;
    entry.code = brought_it ? "" : "duplicate";
    entry.report_id = rival;
    if (auto set = writer.ledger().set_attachments(place.mail_id, *entries); !set) return set;
    if (brought_it) continue;
    auto seen = writer.ledger().add_sighting(rival, place.mail_id, place.n, settings.now());
    if (!seen) return seen;
  }
  return {};
}

}  // namespace

Status resolve(schema::Writer& writer, const IngestSettings& settings, const MessageReader& reader,
               std::int64_t failure_id, Keep keep) {
  return as_batch(writer, [&]() -> Status {
    const auto failure = unresolved(writer, failure_id);
    if (!failure) return unexpected(failure.error());
    if (failure->code != "conflict") {
      return schema::malformed("wrong_state", fmt::format("Failure {} is no conflict.", failure_id));
    }
    if (keep == Keep::second) {
      if (auto counted = count_second(writer, settings, reader, *failure); !counted) return counted;
    }
    return writer.failures().decide(failure_id, FailureState::resolved,
                                    keep == Keep::first ? "kept the first" : "kept the second");
  });
}

}  // namespace ingest
