#include "server/commands/ingesting.h"

#include <utility>

#include "ingest/write_access.h"
#include "server/commands/failure.h"
#include "server/commands/ingest_log.h"
#include "server/commands/reading.h"
#include "server/commands/storage.h"

namespace server {
namespace {

UploadedAttachment in_api_words(const ingest::DocumentOutcome& outcome) {
  return {outcome.name, outcome.outcome, outcome.code, outcome.detail, outcome.report_id, outcome.failure_id};
}

schema::Result<std::vector<UploadedAttachment>> upload(ingest::WriteAccess& writing, const IngestTelling& telling,
                                                       std::vector<UploadedFile> files) {
  std::vector<ingest::UploadedFile> received;
  for (UploadedFile& file : files) received.push_back({std::move(file.name), std::move(file.bytes)});
  const auto uploaded = writing.upload(std::move(received));
  if (!uploaded) return schema::unexpected(uploaded.error());
  std::vector<UploadedAttachment> attachments;
  for (const auto& outcome : uploaded->outcomes) {
    telling.outcome(outcome);
    attachments.push_back(in_api_words(outcome));
  }
  if (uploaded->stopped)
    return schema::unavailable("upload_stopped",
                               "Somebody asked for the end of this upload. What was read until then is stored; sending "
                               "it again stores the rest, and nothing twice.");
  return attachments;
}

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

schema::Result<std::unique_ptr<schema::Writer>> open_writer(const Settings& settings,
                                                            std::chrono::milliseconds patience) {
  if (auto made = make_parent_directories(settings.database_path); !made) return schema::unexpected(made.error());
  return schema::Writer::open(settings.database_path, patience);
}

schema::Result<schema::ProcessLock> sole_server(const Settings& settings) {
  if (auto made = make_parent_directories(settings.database_path); !made) return schema::unexpected(made.error());
  return schema::ProcessLock::take(settings.database_path + "-server",
                                   settings.database_path + ": another ruadar serves it");
}

void add_writing(ApiContext& context, const Settings& settings, Storage* storage) {
  const auto writing = std::make_shared<ingest::WriteAccess>(settings.database_path, ingest_settings(settings),
                                                             message_reader(settings));
  const auto telling = std::make_shared<IngestTelling>("upload", context.metrics);
  // Takes something in, when there is room for it.
  const auto taking_in = [storage](auto work) -> decltype(work()) {
    if (storage == nullptr) return work();
    if (auto ready = storage->ready(); !ready) return schema::unexpected(std::move(ready.error()));
    return storage->noted(work());
  };
  context.upload = [writing, telling, taking_in](std::vector<UploadedFile> files) {
    return taking_in([&] { return upload(*writing, *telling, std::move(files)); });
  };
  context.retry = [writing, taking_in](std::int64_t id) {
    return taking_in([&] { return writing->retry(id).map(in_api_words); });
  };
  context.decide = [writing, taking_in](std::int64_t id, FailureDecision decision, const std::string& note) {
    const bool ignored = decision == FailureDecision::ignored;
    return taking_in([&] {
      return writing->decide(id, ignored ? schema::FailureState::ignored : schema::FailureState::open, note);
    });
  };
  context.resolve = [writing, taking_in](std::int64_t id, KeptReport kept) {
    return taking_in(
        [&] { return writing->resolve(id, kept == KeptReport::first ? ingest::Keep::first : ingest::Keep::second); });
  };
  context.document = [settings](std::string_view attachment, std::int64_t number) {
    return document(settings, attachment, number);
  };
}

}  // namespace server
