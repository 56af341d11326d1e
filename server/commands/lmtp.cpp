#include "server/commands/lmtp.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <filesystem>
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
constexpr std::uintmax_t least_free_bytes = 512 * 1024 * 1024;

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

Delivery deliver(const Settings& settings, std::string&& mail) {
  ingest::failpoint("lmtp_received");
  auto writer = open_writer(settings, patience);
  if (!writer) {
    log_event(LogLevel::warning, "lmtp_later", {{"message", writer.error().message}});
    return Delivery::later;
  }
  OneMail mailbox(std::move(mail));
  ingest::Ingester ingester(**writer, ingest_settings(settings), message_reader(settings));
  const auto totals = ingester.ingest(mailbox, "lmtp", telling_watch("lmtp"));
  if (totals) tell_run("lmtp", *totals);
  if (!totals) log_event(LogLevel::warning, "lmtp_later", {{"message", totals.error().message}});
  ingest::failpoint("lmtp_stored");
  return totals && mailbox.done() ? Delivery::durable : Delivery::later;
}

bool has_room(const Settings& settings) {
  struct statvfs status = {};
  const std::string directory = std::filesystem::path(settings.database_path).parent_path().string();
  if (::statvfs(directory.empty() ? "." : directory.c_str(), &status) != 0) return true;
  const std::uintmax_t least = std::max<std::uintmax_t>(least_free_bytes, 3 * settings.limits.mail_bytes);
  return static_cast<std::uintmax_t>(status.f_bavail) * status.f_frsize >= least;
}

}  // namespace

schema::Result<std::unique_ptr<ingest::LmtpServer>> start_lmtp(const Settings& settings) {
  return ingest::LmtpServer::start(
      settings.lmtp_listen, settings.limits.mail_bytes,
      [&settings](std::string&& mail) { return deliver(settings, std::move(mail)); },
      [&settings] { return has_room(settings); });
}

}  // namespace server
