// A mailbox on a POP3 server: one folder, no marks, no news; a session for each pass.
#pragma once

#include <memory>
#include <optional>

#include "ingest/pop3_session.h"
#include "ingest/remote_mailbox.h"

namespace ingest {

class Pop3Account : public RemoteMailbox {
 public:
  // All must outlive it.
  Pop3Account(const MailboxSettings& settings, const Limits& limits, const FindFinal& find_final, Bell& bell)
      : settings_(settings), limits_(limits), find_final_(find_final), bell_(bell) {}

  schema::Status log_in(const Credentials& credentials) override;
  std::unique_ptr<RemoteFolder> open(const std::string& folder, std::size_t most) override;
  schema::Result<FolderSummary> look(const std::string& folder) override;
  schema::Result<bool> wait(Deadline until) override;
  bool is_pushed() const override { return false; }
  void leave() override;

 private:
  // A session shows what was there when it began: each pass needs one of its own.
  schema::Status begin_session();

  const MailboxSettings& settings_;
  const Limits& limits_;
  const FindFinal& find_final_;
  Bell& bell_;
  Credentials credentials_;
  std::optional<Pop3Session> session_;
};

}  // namespace ingest
