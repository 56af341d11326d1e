#include "ingest/write_access.h"

#include <utility>

#include "ingest/byte_source.h"
#include "ingest/ingester.h"
#include "ingest/mbox_mailbox.h"
#include "ingest/run_origin.h"

namespace ingest {

using schema::Result;
using schema::Status;
using schema::unexpected;

namespace {

// Files that are in memory already, a mbox as the mails in it. The same file sent again is the same place in the
// ledger.
class UploadMailbox : public Mailbox {
 public:
  UploadMailbox(std::vector<UploadedFile> files, const Limits& limits) : files_(std::move(files)), limits_(limits) {}

  Result<std::optional<Message>> next() override {
    for (;;) {
      if (mails_) {
        auto mail = mails_->next();
        if (!mail) return mail;
        if (*mail) {
          (**mail).position = mbox_name_ + "@" + (**mail).position;
          return mail;
        }
        mails_.reset();
      }
      if (next_ == files_.size()) return std::nullopt;
      auto& file = files_[next_++];
      if (!begins_mbox(file.bytes)) return single(std::move(file));
      mbox_name_ = std::move(file.name);
      mails_ = mbox_mailbox(in_memory(std::move(file.bytes)), kind, kind, limits_);
    }
  }
  Status mark_done(const Message&, Fate) override { return {}; }

 private:
  static constexpr const char* kind = "upload";

  Message single(UploadedFile file) const {
    Message message;
    message.kind = message.origin = kind;
    message.position = message.name = std::move(file.name);
    message.size = file.bytes.size();
    message.too_large = file.bytes.size() > limits_.mail_bytes;
    message.bytes = std::move(file.bytes);
    return message;
  }

  std::vector<UploadedFile> files_;
  const Limits& limits_;
  std::size_t next_ = 0;
  std::unique_ptr<Mailbox> mails_;  // of the mbox at hand
  std::string mbox_name_;
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

Result<Uploaded> WriteAccess::upload(std::vector<UploadedFile> files) {
  const std::lock_guard lock(one_at_a_time_);
  auto writer = open();
  if (!writer) return unexpected(std::move(writer.error()));
  const auto origin = files.empty() ? std::string() : run_origin(files.front().name, files.size());
  UploadMailbox mailbox(std::move(files), settings_.limits);
  Uploaded uploaded;
  IngestWatch watch;
  watch.outcome = [&](const DocumentOutcome& outcome) { uploaded.outcomes.push_back(outcome); };
  auto totals = Ingester(**writer, settings_, reader_).ingest(mailbox, "upload", watch, origin);
  if (!totals) return unexpected(std::move(totals.error()));
  uploaded.stopped = totals->stopped;
  return uploaded;
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
