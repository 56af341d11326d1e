// Whole mails out of the selected folder: sizes first, several commands under way, so that the distance to the server
// does not set the pace; large mails in pieces. Nothing is marked as read (BODY.PEEK).
//
// Only what is certainly whole is given out. A server says how long a mail is and sends as much as it likes (Exchange
// estimates, others break off): where less comes than was said, the rest is asked for until the server says that there
// is no more, and what is said to be too large is asked for a byte beyond the limit.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ingest/imap_session.h"
#include "ingest/limits.h"
#include "schema/result.h"

namespace ingest {

struct ImapMail {
  std::uint32_t uid = 0;
  std::string bytes;
  bool too_large = false;  // larger than a mail may be: `bytes` is its beginning
  std::uint64_t size = 0;  // of the whole
};

struct ImapFetchWindow {
  std::size_t commands = 4;           // under way at once
  std::size_t bytes = 1 * MiB;        // of the mails of one command
  std::size_t mails = 100;            // of one command
  std::size_t piece_bytes = 1 * MiB;  // of a mail larger than that; some servers are slow with small pieces
  std::size_t head_bytes = 64 * KiB;  // of a mail that is too large
  std::size_t sizes = 500;            // asked for by one command
};

class ImapFetcher {
 public:
  // Both must outlive it; it hears the FETCH responses of the session.
  ImapFetcher(ImapSession& session, const Limits& limits, const ImapFetchWindow& window = {});
  ImapFetcher(const ImapFetcher&) = delete;
  ImapFetcher& operator=(const ImapFetcher&) = delete;
  ~ImapFetcher() { session_.on_fetch({}); }

  // `alone`: one after the other, where one of them is known to make the server stumble.
  void ask(const std::vector<std::uint32_t>& uids, bool alone);
  // Not doubted any more: taken as the server sends it, however odd.
  void take_as_it_is(std::uint32_t uid) { undoubted_.insert(uid); }

  // The next mail as soon as it is there; none: all are there that could be had. Errors end the session.
  schema::Result<std::optional<ImapMail>> next();

  // What could not be had, and why; messages that have vanished among them.
  const std::map<std::uint32_t, std::string>& missed() const { return missed_; }
  // What was under way when the session ended: one of these may be why.
  std::vector<std::uint32_t> under_way() const;

 private:
  enum class Step : std::uint8_t { size, whole, piece, probe, head };
  struct Command {
    std::string tag;
    Step step = Step::size;
    std::vector<std::uint32_t> uids;
    std::uint64_t bytes = 0;  // that should come
  };
  struct Wanted {
    std::uint64_t size = 0;  // as announced
    std::string bytes;
    Step step = Step::size;  // that is under way
    std::string tag;         // of its command
    bool answered = false;   // by a FETCH response
  };

  schema::Status fill();
  schema::Status start(Step step, const std::vector<std::uint32_t>& uids, std::uint64_t bytes,
                       const std::string& items);
  bool take(ImapFetch&& fetch);
  void settle(std::uint32_t uid, Wanted& wanted, std::optional<std::string>&& chunk);
  void nothing_came(std::uint32_t uid, Wanted& wanted, const std::string& why);
  void give_out(std::uint32_t uid, Wanted& wanted);
  void miss(std::uint32_t uid, const std::string& why);
  bool take_ends();
  void end(const Command& command, const ImapResponse& end);
  std::uint64_t bytes_under_way() const;

  ImapSession& session_;
  const Limits& limits_;
  ImapFetchWindow window_;
  bool alone_ = false;
  std::set<std::uint32_t> undoubted_;
  std::map<std::uint32_t, Wanted> wanted_;
  std::deque<std::uint32_t> unsized_, sized_, singles_, large_, pieces_,
      heads_;                               // what is to be asked for next, and how
  std::optional<std::uint32_t> assembled_;  // the one large mail of which there are pieces
  std::deque<Command> commands_;            // under way, in order
  std::deque<ImapMail> ready_;
  std::uint64_t held_bytes_ = 0;
  std::map<std::uint32_t, std::string> missed_;
};

}  // namespace ingest
