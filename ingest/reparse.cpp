#include "ingest/reparse.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "ingest/mail_writer.h"
#include "schema/report_snapshot.h"

namespace ingest {

using schema::Outcome;
using schema::Result;
using schema::Status;
using schema::unexpected;

namespace {

constexpr int batch_originals = 100;

class Pass {
 public:
  Pass(schema::Writer& writer, const IngestSettings& settings, const std::function<void(const Reparsed&)>& tell)
      : writer_(writer), settings_(settings), tell_(tell), mail_writer_(writer, settings) {}

  Status read_again(std::int64_t original_id, const MessageReader& reader) {
    ++totals.originals;
    auto bytes = writer_.originals().load(original_id);
    if (!bytes) {
      if (bytes.error().code == "original_not_kept") return {};
      return unexpected(std::move(bytes.error()));
    }
    const auto name = name_of(original_id);
    if (!name) return unexpected(name.error());
    const auto reading = prepared_reading(reader, *bytes, *name, settings_.limits, settings_.now());
    if (const auto* reason = no_reader(reading)) return unexpected(*reason);
    auto reports = in_part([&] { return reread_reports(original_id, reading); });
    if (!reports) return reports;
    return in_part([&] { return retry_failures(original_id, *bytes, reading); });
  }

  ReparseTotals totals;

 private:
  Result<std::string> name_of(std::int64_t original_id) {
    const auto mails = writer_.ledger().mails_of(original_id);
    if (!mails) return unexpected(mails.error());
    if (mails->empty()) return std::string();
    const auto entries = writer_.ledger().attachments(mails->front());
    if (!entries) return unexpected(entries.error());
    const auto its = std::ranges::find(*entries, original_id, &schema::AttachmentEntry::original_id);
    return its == entries->end() ? std::string() : its->name;
  }

  static const PreparedDocument* find(const PreparedReading& reading, std::int64_t index) {
    for (const auto& attachment : reading.attachments) {
      for (const auto& document : attachment.documents) {
        if (document.index == index) return &document;
      }
    }
    return nullptr;
  }

  // What `work` wrote stays when it says so.
  template <typename Work>
  Status in_part(Work work) {
    if (auto begun = writer_.begin_part(); !begun) return begun;
    const Result<bool> keep = work();
    if (keep && *keep) return writer_.keep_part();
    writer_.drop_part();
    if (!keep) return unexpected(keep.error());
    return {};
  }

  void tell(Reparsed change) {
    ++totals.changed;
    tell_(change);
  }

  Result<bool> reread_reports(std::int64_t original_id, const PreparedReading& reading) {
    const auto ids = writer_.reports().of_original(original_id);
    if (!ids) return unexpected(ids.error());
    for (const auto id : *ids) {
      ++totals.reports;
      const auto origin = writer_.reports().origin(id);
      if (!origin) return unexpected(origin.error());
      Reparsed change{original_id, id, std::nullopt, origin->name, {}};
      const auto* document = find(reading, origin->document);
      if (document == nullptr || !document->report) {
        change.differences = {"cannot be read any more: " +
                              (document == nullptr ? "it is not there" : document->report.error().message)};
        change.kept = true;
        tell(std::move(change));
        continue;
      }
      auto replaced = replace(id, *origin, *document->report, change);
      if (!replaced) return unexpected(std::move(replaced.error()));
      if (!change.differences.empty()) tell(std::move(change));
    }
    return true;
  }

  Status replace(std::int64_t id, const schema::ReportStore::Origin& origin, const schema::PreparedReport& report,
                 Reparsed& change) {
    const auto match = writer_.reports().match(report);
    if (!match) return unexpected(match.error());
    if (match->outcome != Outcome::stored && match->report_id != id) {
      change.differences = {fmt::format("has the identity of report {} now", match->report_id)};
      change.kept = true;
      return {};
    }
    const auto before = schema::report_snapshot(writer_.database(), id);
    if (!before) return unexpected(before.error());
    auto replaced = writer_.reports().replace(
        id, report,
        {origin.mail_id, origin.original_id, origin.document, origin.name, origin.authenticity, settings_.parser, 0});
    if (!replaced) return replaced;
    const auto after = schema::report_snapshot(writer_.database(), id);
    if (!after) return unexpected(after.error());
    change.differences = schema::differences(*before, *after);
    return {};
  }

  // A try that comes to the same again leaves no trace.
  Result<bool> retry_failures(std::int64_t original_id, std::string_view bytes, const PreparedReading& reading) {
    const auto ids = writer_.failures().unresolved(original_id);
    if (!ids) return unexpected(ids.error());
    if (ids->empty()) return false;
    totals.failures += static_cast<std::int64_t>(ids->size());
    std::map<std::int64_t, schema::Failure> before;
    for (const auto id : *ids) {
      auto failure = writer_.failures().load(id);
      if (!failure) return unexpected(std::move(failure.error()));
      before.emplace(failure->document, std::move(*failure));
    }
    auto outcomes = mail_writer_.write_again(original_id, bytes, reading);
    if (!outcomes) return unexpected(std::move(outcomes.error()));
    std::vector<Reparsed> changes;
    for (const auto& outcome : *outcomes) {
      const auto was = before.find(outcome.document);
      const bool same = was != before.end() && was->second.code == outcome.code && was->second.detail == outcome.detail;
      if (same) continue;
      const auto before_it = was == before.end() ? std::string("nothing") : was->second.code;
      changes.push_back({original_id,
                         outcome.report_id,
                         was == before.end() ? outcome.failure_id : std::optional(was->second.id),
                         outcome.name,
                         {fmt::format("outcome: {} -> {}", before_it,
                                      outcome.code.empty() ? schema::name(outcome.outcome) : outcome.code)}});
    }
    for (auto& change : changes) tell(std::move(change));
    return !changes.empty();
  }

  schema::Writer& writer_;
  const IngestSettings& settings_;
  const std::function<void(const Reparsed&)>& tell_;
  MailWriter mail_writer_;
};

}  // namespace

Result<ReparseTotals> reparse(schema::Writer& writer, const IngestSettings& settings, const MessageReader& reader,
                              bool dry_run, const std::function<void(const Reparsed&)>& tell,
                              const std::atomic<bool>* stop) {
  Pass pass(writer, settings, tell);
  std::int64_t last = 0;
  bool at_end = false;
  const auto batch = [&]() -> Status {
    for (int i = 0; i < batch_originals && !at_end; ++i) {
      const auto next = writer.originals().next_in_use(last);
      if (!next) return unexpected(next.error());
      pass.totals.stopped = stop != nullptr && stop->load();
      at_end = !*next || pass.totals.stopped;
      if (at_end) break;
      last = **next;
      if (auto read = pass.read_again(last, reader); !read) return read;
    }
    return {};
  };
  while (!at_end) {
    if (auto begun = writer.begin(); !begun) return unexpected(std::move(begun.error()));
    auto done = batch();
    if (!done || dry_run) {
      writer.rollback();
    } else {
      done = writer.commit();
    }
    if (!done) return unexpected(std::move(done.error()));
    if (auto moved = writer.checkpoint(); !moved) return unexpected(std::move(moved.error()));
  }
  return pass.totals;
}

}  // namespace ingest
