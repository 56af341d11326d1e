#include "ingest/write_access.h"

#include <utility>

#include "ingest/ingester.h"

namespace ingest {

using schema::Result;
using schema::Status;
using schema::unexpected;

namespace {

// Files that are in memory already. The same file sent again is the same place in the ledger.
class UploadMailbox : public Mailbox {
 public:
  UploadMailbox(std::vector<UploadedFile> files, std::size_t longest_bytes)
      : files_(std::move(files)), longest_bytes_(longest_bytes) {}

  Result<std::optional<Message>> next() override {
    if (next_ == files_.size()) return std::nullopt;
    auto& file = files_[next_++];
    Message message;
    message.kind = "upload";
    message.origin = "upload";
    message.position = file.name;
    message.name = file.name;
    message.size = file.bytes.size();
    message.too_large = file.bytes.size() > longest_bytes_;
    message.bytes = std::move(file.bytes);
    return message;
  }
  Status mark_done(const Message&, Fate) override { return {}; }

 private:
  std::vector<UploadedFile> files_;
  std::size_t longest_bytes_;
  std::size_t next_ = 0;
};

}  // namespace

WriteAccess::WriteAccess(std::string database_path, IngestSettings settings, MessageReader reader,
                         std::chrono::milliseconds patience)
    : database_path_(std::move(database_path)),
      settings_(std::move(settings)),
      reader_(std::move(reader)),
      patience_(patience) {}

Result<std::unique_ptr<schema::Writer>> WriteAccess::open() const {
  return schema::Writer::open(database_path_, patience_);
}

Result<DocumentOutcomes> WriteAccess::upload(std::vector<UploadedFile> files) {
  const std::lock_guard lock(one_at_a_time_);
  auto writer = open();
  if (!writer) return unexpected(std::move(writer.error()));
  UploadMailbox mailbox(std::move(files), settings_.limits.mail_bytes);
  DocumentOutcomes outcomes;
  IngestWatch watch;
  watch.outcome = [&](const DocumentOutcome& outcome) { outcomes.push_back(outcome); };
  auto totals = Ingester(**writer, settings_, reader_).ingest(mailbox, "upload", watch);
  if (!totals) return unexpected(std::move(totals.error()));
  return outcomes;
}

Result<DocumentOutcome> WriteAccess::retry(std::int64_t failure_id) {
  const std::lock_guard lock(one_at_a_time_);
  auto writer = open();
  if (!writer) return unexpected(std::move(writer.error()));
  return ingest::retry(**writer, settings_, reader_, failure_id);
}

Status WriteAccess::decide(std::int64_t failure_id, schema::FailureState state, const std::string& note) {
  const std::lock_guard lock(one_at_a_time_);
  auto writer = open();
  if (!writer) return unexpected(std::move(writer.error()));
  return ingest::decide(**writer, failure_id, state, note);
}

Status WriteAccess::resolve(std::int64_t failure_id, Keep keep) {
  const std::lock_guard lock(one_at_a_time_);
  auto writer = open();
  if (!writer) return unexpected(std::move(writer.error()));
  return ingest::resolve(**writer, settings_, reader_, failure_id, keep);
}

}  // namespace ingest
