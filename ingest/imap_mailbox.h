// One folder of an IMAP server as a mailbox: what of it the database does not have yet. One pass, then none more.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "ingest/imap_afterwards.h"
#include "ingest/imap_fetch.h"
#include "ingest/imap_session.h"
#include "ingest/limits.h"
#include "ingest/mailbox.h"

namespace ingest {

// A message whose outcome the database has.
struct FinalMessage {
  Fate fate = Fate::done;
  std::int64_t read_at = 0;  // seconds since 1970
};
// By position; of the origin with this kind and name.
using FinalMessages = std::unordered_map<std::string, FinalMessage>;
using FindFinal = std::function<schema::Result<FinalMessages>(const std::string& kind, const std::string& origin)>;

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

class ImapMailbox : public Mailbox {
 public:
  struct Plan {
    std::string mailbox;  // its name in the configuration
    std::string folder;   // UTF-8
    ImapAfterwards afterwards;
    std::size_t most = 0;  // mails of one pass; 0: all
  };

  // What is referred to must outlive it.
  ImapMailbox(ImapSession& session, ImapMemory& memory, const Plan& plan, const Limits& limits, FindFinal find_final,
              const ImapFetchWindow& window = {});

  schema::Result<std::optional<Message>> next() override;
  schema::Status mark_done(const Message& message, Fate fate) override;
  Progress progress() const override { return {given_, listed_}; }

  // Ends the pass: what is still to be done with mails in the folder. Also for mails of earlier passes that ended too
  // early for it.
  schema::Status finish();

  // Why the pass ended before its time; the session is over then.
  const std::optional<schema::Error>& broken() const { return broken_; }
  // Something that people should know and that stopped nothing: a move that was refused.
  const std::string& complaint() const { return complaint_; }
  std::size_t left_over() const { return left_over_; }  // messages that were not asked for, because of `most`

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
  std::size_t left_over_ = 0;
};

}  // namespace ingest
