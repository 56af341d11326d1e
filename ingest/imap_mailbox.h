// One folder of an IMAP server as a mailbox: what of it the database does not have yet. One pass, then none more.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ingest/imap_afterwards.h"
#include "ingest/imap_fetch.h"
#include "ingest/imap_session.h"
#include "ingest/limits.h"
#include "ingest/mailbox.h"
#include "ingest/remote_mailbox.h"

namespace ingest {

// What earlier passes over a folder have taught, also over other connections.
class ImapMemory {
 public:
  // Begins anew for another folder content.
  void stand_for(std::uint32_t uidvalidity);
  void failed(std::uint32_t uid, const std::string& why, bool ended_session);
  void succeeded(std::uint32_t uid) { troubles_.erase(uid); }
  void retain(const std::vector<std::uint32_t>& uids);  // the others are gone

  struct Trouble {
    std::string why;
    int times = 0;
    int ended_sessions = 0;
    std::chrono::steady_clock::time_point next_try;
  };
  const Trouble* trouble(std::uint32_t uid) const;
  const std::map<std::uint32_t, Trouble>& troubles() const { return troubles_; }

 private:
  std::uint32_t uidvalidity_ = 0;
  std::map<std::uint32_t, Trouble> troubles_;
};

class ImapMailbox : public RemoteFolder {
 public:
  struct Plan {
    std::string mailbox;  // its name in the configuration
    std::string folder;   // UTF-8
    ImapAfterwards afterwards;
    std::size_t most = 0;  // mails of one pass; 0: all
  };

  // The name in the ledger; UIDs mean something within it only.
  static std::string origin_of(const Plan& plan, const ImapFolder& folder);

  // What is referred to must outlive it.
  ImapMailbox(ImapSession& session, ImapMemory& memory, const Plan& plan, const Limits& limits, FindFinal find_final,
              const ImapFetchWindow& window = {});

  schema::Result<std::optional<Message>> next() override;
  schema::Status mark_done(const Message& message, Fate fate) override;
  Progress progress() const override { return {given_, listed_}; }

  schema::Status finish() override;
  const std::optional<schema::Error>& broken() const override { return broken_; }
  std::string complaint() const override;
  std::optional<Deadline> next_try() const override;
  std::uint64_t missed() const override { return memory_.troubles().size(); }

 private:
  schema::Status open();
  schema::Status flush();
  schema::Status afterwards(Fate fate, std::vector<std::uint32_t>& uids);
  schema::Status end_with(const schema::Error& error);

  ImapSession& session_;
  ImapMemory& memory_;
  const Plan& plan_;
  const Limits& limits_;
  FindFinal find_final_;
  ImapFetchWindow window_;

  bool opened_ = false;
  ImapFolder folder_;
  std::string origin_;
  std::optional<ImapFetcher> fetcher_;
  std::vector<std::uint32_t> doubtful_;  // to be fetched alone, after the others
  std::optional<schema::Error> broken_;
  std::string complaint_;
  std::map<Fate, std::vector<std::uint32_t>> done_;  // with their work in the folder still to be done
  std::uint64_t given_ = 0, listed_ = 0;
};

}  // namespace ingest
