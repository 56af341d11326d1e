// A mailbox on an IMAP server: the connection, the session, and what earlier passes over its folders have taught.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "ingest/imap_mailbox.h"
#include "ingest/remote_mailbox.h"

namespace ingest {

class ImapAccount : public RemoteMailbox {
 public:
  // All must outlive it.
  ImapAccount(const MailboxSettings& settings, const Limits& limits, const FindFinal& find_final, Bell& bell)
      : settings_(settings), limits_(limits), find_final_(find_final), bell_(bell) {}

  schema::Status log_in(const Credentials& credentials) override;
  std::unique_ptr<RemoteFolder> open(const std::string& folder, std::size_t most) override;
  schema::Result<FolderSummary> look(const std::string& folder) override;
  schema::Result<bool> wait(Deadline until) override;
  bool is_pushed() const override { return session_ && session_->can("IDLE"); }
  void leave() override;

 private:
  ImapMailbox::Plan plan(const std::string& folder) const;

  const MailboxSettings& settings_;
  const Limits& limits_;
  const FindFinal& find_final_;
  Bell& bell_;
  std::optional<ImapSession> session_;
  std::map<std::string, ImapMailbox::Plan> plans_;
  std::map<std::string, ImapMemory> memories_;
};

}  // namespace ingest
