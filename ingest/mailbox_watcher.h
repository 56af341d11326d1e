// Keeps the database up to date with one mailbox on a server: one pass (`ruadar fetch`), or for months (`ruadar
// serve`).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "ingest/bell.h"
#include "ingest/ingester.h"
#include "ingest/mailbox_status.h"
#include "ingest/remote_mailbox.h"
#include "ingest/retry_delay.h"

namespace ingest {

class MailboxWatcher {
 public:
  struct Services {
    FindFinal find_final;
    // Reads a mailbox to its end, as one run.
    std::function<schema::Result<IngestTotals>(Mailbox& mailbox)> store;
    // Whether there is room to store more; else why not.
    std::function<schema::Status()> has_room = [] { return schema::Status(); };
    // A line for the log: what happened, in a word, and in a sentence.
    std::function<void(const std::string& event, const std::string& message)> tell = [](const auto&, const auto&) {};
    Limits limits;
  };

  MailboxWatcher(MailboxSettings settings, Services services);

  const MailboxSettings& settings() const { return settings_; }
  MailboxStatus status() const { return status_.get(); }
  // Wakes it: to fetch now, to stop.
  Bell& bell() { return bell_; }

  // One pass over all folders. `most`: mails of the pass, 0: all. `totals` holds what was stored, also on error.
  schema::Status fetch_once(std::size_t most, IngestTotals& totals);
  // Logs in and looks at each folder, touching nothing.
  schema::Result<std::vector<FolderSummary>> look();
  // Until the bell rings to stop. Reconnects for ever, but for a login that is refused: that is tried again a few
  // times, and then only when the bell rings.
  void watch();

 private:
  schema::Result<Credentials> credentials();
  schema::Status connect();
  // Over all folders.
  schema::Status pass(std::size_t most, IngestTotals& totals);
  schema::Status pass(RemoteFolder& folder, IngestTotals& totals);
  // Connects, and passes and waits until something breaks or the bell rings to stop. any_good: something was achieved.
  schema::Status session(bool& any_good);

  MailboxSettings settings_;
  Services services_;
  Bell bell_;
  MailboxStatusCell status_;
  TokenSource tokens_;
  std::unique_ptr<RemoteMailbox> mailbox_;
  std::optional<Deadline> next_try_;  // of mails that could not be had
};

}  // namespace ingest
