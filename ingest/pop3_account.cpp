#include "ingest/pop3_account.h"

#include <algorithm>
#include <ctime>
#include <utility>

namespace ingest {
namespace {

using schema::Result;
using schema::Status;

// One pass over the maildrop. A mail that was deleted is gone only after a good QUIT, and it is deleted only after it
// is in the ledger, so that a session that breaks costs nothing.
class Pop3Folder : public RemoteFolder {
 public:
  Pop3Folder(std::optional<Pop3Session>& session, const MailboxSettings& settings, const FindFinal& find_final,
             std::size_t most)
      : session_(session), settings_(settings), find_final_(find_final), most_(most) {}

  Result<std::optional<Message>> next() override {
    if (broken_) return std::optional<Message>();
    if (!opened_) {
      opened_ = true;
      if (auto opened = open(); !opened) return unexpected(end_with(opened.error()).error());
    }
    while (given_ < wanted_.size()) {
      const Pop3Session::Entry& entry = wanted_[given_++];
      auto mail = session_->retrieve(entry);
      if (!mail && mail.error().code == "refused") {
        ++missed_;
        complaint_ = "A mail cannot be had. " + mail.error().message;
        continue;
      }
      if (!mail) return unexpected(end_with(mail.error()).error());
      Message message;
      message.kind = "pop3";
      message.origin = settings_.name;
      message.position = entry.uid;
      message.size = mail->size;
      message.too_large = mail->too_large;
      message.bytes = std::move(mail->bytes);
      return std::optional<Message>(std::move(message));
    }
    return std::optional<Message>();
  }

  Status mark_done(const Message&, Fate) override { return {}; }
  Progress progress() const override { return {given_, wanted_.size()}; }

  // Deletes what is old enough, by what the ledger says now.
  Status finish() override {
    if (settings_.afterwards.after != After::remove || !opened_) return {};
    const auto known = find_final_("pop3", settings_.name);
    if (!known) return unexpected(known.error());
    const auto now = static_cast<std::int64_t>(std::time(nullptr));
    for (const Pop3Session::Entry& entry : all_) {
      const auto found = known->find(entry.uid);
      if (found == known->end() || found->second.fate != Fate::done ||
          now - found->second.read_at < std::int64_t{settings_.afterwards.delete_after_days} * 86400)
        continue;
      if (auto removed = session_->remove(entry.number); !removed && removed.error().code != "refused") {
        return end_with(removed.error());
      }
    }
    return {};
  }
  const std::optional<schema::Error>& broken() const override { return broken_; }
  std::string complaint() const override { return complaint_; }
  std::uint64_t missed() const override { return missed_; }
  std::optional<Deadline> next_try() const override { return std::nullopt; }

 private:
  Status open() {
    auto entries = session_->list();
    if (!entries) return unexpected(entries.error());
    all_ = std::move(*entries);
    const auto known = find_final_("pop3", settings_.name);
    if (!known) return unexpected(known.error());
    for (const Pop3Session::Entry& entry : all_) {
      if (known->count(entry.uid) == 0) wanted_.push_back(entry);
    }
    if (most_ > 0 && wanted_.size() > most_) wanted_.resize(most_);
    return {};
  }

  Status end_with(const schema::Error& error) {
    broken_ = error;
    return schema::unexpected(error);
  }

  std::optional<Pop3Session>& session_;
  const MailboxSettings& settings_;
  const FindFinal& find_final_;
  std::size_t most_;
  bool opened_ = false;
  std::vector<Pop3Session::Entry> all_, wanted_;
  std::size_t given_ = 0;
  std::uint64_t missed_ = 0;
  std::optional<schema::Error> broken_;
  std::string complaint_;
};

}  // namespace

Status Pop3Account::log_in(const Credentials& credentials) {
  credentials_ = credentials;
  return begin_session();
}

Status Pop3Account::begin_session() {
  session_.reset();
  auto connection = connect(settings_.endpoint(), {}, bell_);
  if (!connection) return unexpected(connection.error());
  session_.emplace(std::move(*connection), limits_);
  auto logged_in = session_->login(credentials_, settings_.host, settings_.usual_port());
  if (!logged_in) session_.reset();
  return logged_in;
}

std::unique_ptr<RemoteFolder> Pop3Account::open(const std::string&, std::size_t most) {
  return std::make_unique<Pop3Folder>(session_, settings_, find_final_, most);
}

Result<FolderSummary> Pop3Account::look(const std::string&) {
  const auto entries = session_->list();
  if (!entries) return unexpected(entries.error());
  const auto known = find_final_("pop3", settings_.name);
  if (!known) return unexpected(known.error());
  FolderSummary summary{"maildrop", entries->size(), 0};
  for (const auto& entry : *entries) summary.unread += known->count(entry.uid) == 0 ? 1 : 0;
  return summary;
}

Result<bool> Pop3Account::wait(Deadline until) {
  leave();
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
  const bool rang = bell_.wait(left);
  if (bell_.stopping()) return true;
  // The token may have ended meanwhile; whoever watches logs in anew then.
  if (auto begun = begin_session(); !begun) return unexpected(begun.error());
  return rang;
}

void Pop3Account::leave() {
  if (session_) static_cast<void>(session_->quit());
  session_.reset();
}

}  // namespace ingest
