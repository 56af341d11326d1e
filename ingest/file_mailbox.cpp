#include "ingest/file_mailbox.h"

#include <algorithm>
#include <utility>

#include "ingest/content_kind.h"
#include "ingest/gzip.h"
#include "ingest/mbox_mailbox.h"

namespace ingest {
namespace {

class SingleMailbox : public Mailbox {
 public:
  SingleMailbox(std::unique_ptr<ByteSource> source, std::string kind, std::string origin, const Limits& limits)
      : source_(std::move(source)), kind_(std::move(kind)), origin_(std::move(origin)), limits_(limits) {}

  schema::Result<std::optional<Message>> next() override {
    if (std::exchange(read_, true)) return std::nullopt;
    Message message;
    message.kind = kind_;
    message.origin = origin_;
    if (kind_ == "file") message.name = origin_.substr(origin_.rfind('/') + 1);
    const std::size_t limit = std::max(limits_.mail_bytes, limits_.attachment_bytes);
    if (const schema::Status status = read_up_to(*source_, limit + 1, message.bytes); !status) {
      return tl::unexpected(status.error());
    }
    message.size = message.bytes.size();
    // Archives may be larger than mails.
    const bool mail = content(message.bytes).kind == ContentKind::mail;
    if (message.size > (mail ? limits_.mail_bytes : limits_.attachment_bytes)) {
      make_too_large(message);
      message.size = std::max(message.size, source_->progress().total);
    }
    return message;
  }

  schema::Status mark_done(const Message&, Fate) override { return {}; }
  Progress progress() const override { return source_->progress(); }

 private:
  std::unique_ptr<ByteSource> source_;
  std::string kind_, origin_;
  Limits limits_;
  bool read_ = false;
};

// Whether a gzip that begins with `head` holds an mbox.
bool packs_mbox(std::string_view head) {
  std::string first(64, '\0');
  Inflater inflater;
  const Inflater::Step step = inflater.step(head, first.data(), first.size());
  return begins_mbox(std::string_view(first).substr(0, step.produced));
}

}  // namespace

schema::Result<std::unique_ptr<Mailbox>> file_mailbox(std::unique_ptr<ByteSource> source, const std::string& kind,
                                                      const std::string& origin, const Limits& limits, InputType type) {
  std::string head;
  if (const schema::Status status = read_up_to(*source, 512, head); !status) return tl::unexpected(status.error());
  const bool gzip = content(head).kind == ContentKind::gzip;
  const bool forced = type == InputType::mbox, possible = type != InputType::single;
  const bool packed_mbox = possible && gzip && (forced || packs_mbox(head));
  const bool mbox = packed_mbox || forced || (possible && begins_mbox(head));
  source = put_back(std::move(head), std::move(source));
  if (packed_mbox) source = inflated(std::move(source));
  if (mbox) return mbox_mailbox(std::move(source), kind == "file" ? "mbox" : kind, origin, limits);
  return std::make_unique<SingleMailbox>(std::move(source), kind, origin, limits);
}

}  // namespace ingest
