#include "server/commands/lmtp.h"

#include <utility>

#include "ingest/failpoint.h"
#include "ingest/ingester.h"
#include "server/commands/ingest_log.h"
#include "server/commands/ingesting.h"
#include "server/commands/reading.h"
#include "server/log.h"

namespace server {
namespace {

using Delivery = ingest::LmtpSession::Delivery;

// Shorter than what a sender waits for an answer (RFC 5321 section 4.5.3.2.6: ten minutes).
constexpr std::chrono::seconds patience{60};

class OneMail : public ingest::Mailbox {
 public:
  explicit OneMail(std::string bytes) {
    message_.emplace();
    message_->kind = message_->origin = "lmtp";
    message_->size = bytes.size();
    message_->bytes = std::move(bytes);
  }
  schema::Result<std::optional<ingest::Message>> next() override { return std::exchange(message_, std::nullopt); }
  schema::Status mark_done(const ingest::Message&, ingest::Fate) override {
    done_ = true;
    return {};
  }
  bool done() const { return done_; }

 private:
  std::optional<ingest::Message> message_;
  bool done_ = false;
};

Delivery deliver(const Settings& settings, Storage& storage, const IngestTelling& telling, std::string&& mail) {
  ingest::failpoint("lmtp_received");
  auto writer = open_writer(settings, patience);
  if (!writer) {
    storage.note(writer.error());
    log_event(LogLevel::warning, "lmtp_later", {{"message", writer.error().message}});
    return Delivery::later;
  }
  OneMail mailbox(std::move(mail));
  ingest::Ingester ingester(**writer, ingest_settings(settings), telling.timed(message_reader(settings)));
  const auto totals = storage.noted(ingester.ingest(mailbox, "lmtp", telling.watch()));
  if (totals) telling.run(*totals);
  if (!totals) log_event(LogLevel::warning, "lmtp_later", {{"message", totals.error().message}});
  ingest::failpoint("lmtp_stored");
  return totals && mailbox.done() ? Delivery::durable : Delivery::later;
}

}  // namespace

schema::Result<std::unique_ptr<ingest::LmtpServer>> start_lmtp(const Settings& settings, Storage& storage,
                                                               Metrics& metrics) {
  return ingest::LmtpServer::start(
      settings.lmtp_listen, settings.limits.mail_bytes,
      [&settings, &storage, telling = std::make_shared<IngestTelling>("lmtp", &metrics)](std::string&& mail) {
        return deliver(settings, storage, *telling, std::move(mail));
      },
      [&storage] { return storage.ready().has_value(); });
}

}  // namespace server
