// The mailboxes of the configuration: services for those that fetch from them, and the threads that watch them.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "ingest/mailbox_watcher.h"
#include "server/api/context.h"
#include "server/commands/storage.h"
#include "server/metrics.h"
#include "server/settings.h"

namespace server {

// `settings` and `storage` must outlive what is made with these. `storage` is asked before mails are fetched, and told
// how storing them ended; null: it is looked at the disk, and nobody told.
std::unique_ptr<ingest::MailboxWatcher> mailbox_watcher(const Settings& settings, const ConfiguredMailbox& mailbox,
                                                        int readers, Storage* storage = nullptr,
                                                        Metrics* metrics = nullptr);

// All mailboxes, from start() each in a thread of its own, until stop() or the end of this object.
class WatchedMailboxes {
 public:
  WatchedMailboxes(const Settings& settings, Storage& storage, Metrics& metrics);  // which outlive it
  WatchedMailboxes(const WatchedMailboxes&) = delete;
  WatchedMailboxes& operator=(const WatchedMailboxes&) = delete;
  ~WatchedMailboxes() { stop(); }

  void start();
  void stop();
  // Wakes the one with this name, or all for an empty one; how many there were.
  std::size_t fetch_now(const std::string& name);
  std::vector<MailboxReport> reports() const;
  // What the API tells of them and can ask of them.
  void add_to(ApiContext& context);

 private:
  std::vector<std::unique_ptr<ingest::MailboxWatcher>> watchers_;
  std::vector<std::thread> threads_;
};

}  // namespace server
