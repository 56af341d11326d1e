// A mailbox on a server, whatever it speaks: log in, pass over the folders, wait for news.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "ingest/bell.h"
#include "ingest/connection.h"
#include "ingest/limits.h"
#include "ingest/mailbox.h"
#include "ingest/mailbox_settings.h"
#include "ingest/sasl.h"
#include "schema/result.h"

namespace ingest {

// A message whose outcome the database has.
struct FinalMessage {
  Fate fate = Fate::done;
  std::int64_t read_at = 0;  // seconds since 1970
};
// By position; of the origin with this kind and name.
using FinalMessages = std::unordered_map<std::string, FinalMessage>;
using FindFinal = std::function<schema::Result<FinalMessages>(const std::string& kind, const std::string& origin)>;

// One pass over a folder, as a Mailbox: next() gives what the database does not have yet; an error of next() ends it.
class RemoteFolder : public Mailbox {
 public:
  // After the last mark_done(): what is still to be done with mails in the folder, also with those of earlier passes
  // that ended too early for it.
  virtual schema::Status finish() = 0;
  // Why the pass ended before its time; the connection is of no more use then.
  virtual const std::optional<schema::Error>& broken() const = 0;
  // Something that people should know and that stopped nothing: a move that was refused, a mail that cannot be had.
  virtual std::string complaint() const = 0;
  // Messages that the server did not give, and that are still there as far as is known.
  virtual std::uint64_t missed() const = 0;
  // When to try again what could not be had this time; none: there is no such.
  virtual std::optional<Deadline> next_try() const = 0;
};

struct FolderSummary {
  std::string folder;
  std::uint64_t messages = 0;  // that it holds
  std::uint64_t unread = 0;    // of these, not yet in the database
};

class RemoteMailbox {
 public:
  virtual ~RemoteMailbox() = default;
  virtual schema::Status log_in(const Credentials& credentials) = 0;
  // For a pass over one of the folders of the settings; `most` mails, 0: all.
  virtual std::unique_ptr<RemoteFolder> open(const std::string& folder, std::size_t most) = 0;
  // Touches nothing.
  virtual schema::Result<FolderSummary> look(const std::string& folder) = 0;
  // Until something comes, the bell rings (true), or time is over.
  virtual schema::Result<bool> wait(Deadline until) = 0;
  // Hears of new mail by itself.
  virtual bool is_pushed() const = 0;
  virtual void leave() = 0;
};

// What is referred to must outlive it.
std::unique_ptr<RemoteMailbox> remote_mailbox(const MailboxSettings& settings, const Limits& limits,
                                              const FindFinal& find_final, Bell& bell);

}  // namespace ingest
