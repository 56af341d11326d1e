#include "server/commands/ingesting.h"

#include <fmt/format.h>

#include <mutex>
#include <utility>

#include "ingest/archive.h"
#include "ingest/decisions.h"
#include "ingest/ingester.h"
#include "ingest/message_reader.h"
#include "server/commands/failure.h"

namespace server {
namespace {

using namespace std::chrono_literals;
constexpr auto patience = 10s;

// What was uploaded, as a mailbox.
class UploadMailbox : public ingest::Mailbox {
 public:
  explicit UploadMailbox(std::vector<UploadedFile> files) : files_(std::move(files)) {}

  schema::Result<std::optional<ingest::Message>> next() override {
    if (given_ == files_.size()) return std::nullopt;
    UploadedFile& file = files_[given_++];
    ingest::Message message;
    message.kind = "upload";
    message.origin = "upload";
    message.position = file.name;
    message.name = file.name;
    message.size = file.bytes.size();
    message.bytes = std::move(file.bytes);
    return message;
  }
  schema::Status mark_done(const ingest::Message&, ingest::Fate) override { return {}; }

 private:
  std::vector<UploadedFile> files_;
  std::size_t given_ = 0;
};

UploadedAttachment uploaded(const ingest::DocumentOutcome& outcome) {
  return {outcome.name, outcome.outcome, outcome.code, outcome.detail, outcome.report_id, outcome.failure_id};
}

// One writer at a time within this process, too.
class Writing {
 public:
  explicit Writing(const Settings& settings) : settings_(settings), ingest_(ingest_settings(settings)) {}

  schema::Result<std::vector<UploadedAttachment>> upload(std::vector<UploadedFile> files) {
    const std::lock_guard lock(mutex_);
    auto writer = open_writer(settings_, patience);
    if (!writer) return schema::unexpected(writer.error());
    std::vector<UploadedAttachment> results;
    ingest::IngestWatch watch;
    watch.outcome = [&](const ingest::DocumentOutcome& outcome) { results.push_back(uploaded(outcome)); };
    UploadMailbox mailbox(std::move(files));
    ingest::Ingester ingester(**writer, ingest_, ingest::read_message);
    auto totals = ingester.ingest(mailbox, "upload", watch);
    if (!totals) return schema::unexpected(totals.error());
    return results;
  }

  schema::Result<UploadedAttachment> retry(std::int64_t failure_id) {
    const std::lock_guard lock(mutex_);
    auto writer = open_writer(settings_, patience);
    if (!writer) return schema::unexpected(writer.error());
    auto outcome = ingest::retry(**writer, ingest_, ingest::read_message, failure_id);
    if (!outcome) return schema::unexpected(outcome.error());
    return uploaded(*outcome);
  }

  schema::Status decide(std::int64_t failure_id, FailureDecision decision, const std::string& note) {
    const std::lock_guard lock(mutex_);
    auto writer = open_writer(settings_, patience);
    if (!writer) return schema::unexpected(writer.error());
    const auto state =
        decision == FailureDecision::ignored ? schema::FailureState::ignored : schema::FailureState::open;
    return ingest::decide(**writer, failure_id, state, note);
  }

  schema::Status resolve(std::int64_t failure_id, KeptReport kept) {
    const std::lock_guard lock(mutex_);
    auto writer = open_writer(settings_, patience);
    if (!writer) return schema::unexpected(writer.error());
    const auto keep = kept == KeptReport::first ? ingest::Keep::first : ingest::Keep::second;
    return ingest::resolve(**writer, ingest_, ingest::read_message, failure_id, keep);
  }

  schema::Result<std::string> document(std::string_view attachment, std::int64_t number) const {
    ingest::Budget budget(ingest_.limits);
    auto documents = ingest::unpack(attachment, ingest_.limits, budget);
    if (number < 0 || static_cast<std::size_t>(number) >= documents.size())
      return schema::malformed("not_found", "the attachment has no such document");
    return std::move(documents[static_cast<std::size_t>(number)].bytes);
  }

 private:
  const Settings settings_;
  const ingest::IngestSettings ingest_;
  std::mutex mutex_;
};

}  // namespace

ingest::IngestSettings ingest_settings(const Settings& settings) {
  ingest::IngestSettings result;
  result.limits = settings.limits;
  result.domains = settings.domains;
  result.trusted_authserv_id = settings.trusted_authserv_id;
  result.trust_authentication_results = settings.trust_authentication_results;
  result.keep_originals = settings.keep_originals;
  return result;
}

schema::Result<std::unique_ptr<schema::Writer>> open_writer(const Settings& settings, std::chrono::milliseconds wait) {
  if (auto made = make_parent_directories(settings.database_path); !made) return schema::unexpected(made.error());
  auto writer = schema::Writer::open(settings.database_path, wait);
  if (!writer && writer.error().code == "locked")
    writer.error().message =
        fmt::format("{}: another ruadar writes to it; try again when it is done", settings.database_path);
  return writer;
}

void add_writing(ApiContext& context, const Settings& settings) {
  auto writing = std::make_shared<Writing>(settings);
  context.upload = [writing](std::vector<UploadedFile> files) { return writing->upload(std::move(files)); };
  context.retry = [writing](std::int64_t id) { return writing->retry(id); };
  context.decide = [writing](std::int64_t id, FailureDecision decision, const std::string& note) {
    return writing->decide(id, decision, note);
  };
  context.resolve = [writing](std::int64_t id, KeptReport kept) { return writing->resolve(id, kept); };
  context.document = [writing](std::string_view attachment, std::int64_t document) {
    return writing->document(attachment, document);
  };
}

}  // namespace server
