// Prunes what is older than the settings want to keep, while a server runs: at its start and every hour, beside whoever
// ingests. A clock that jumps pauses it until a person confirms the time.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "schema/pruning.h"
#include "server/api/context.h"
#include "server/commands/storage.h"
#include "server/settings.h"

namespace server {

// What `settings` want to keep at the time `now`.
schema::PruneRule retention_rule(const Settings& settings, std::int64_t now);

class Retention {
 public:
  // Both must outlive it.
  Retention(const Settings& settings, Storage& storage) : settings_(settings), storage_(storage) {}
  Retention(const Retention&) = delete;
  Retention& operator=(const Retention&) = delete;
  ~Retention() { stop(); }

  void start();
  void stop();
  RetentionReport report() const;

 private:
  // One look; in how many seconds the next one is due.
  int look();
  int prune_now(std::int64_t now);
  void become(std::string state, std::string message = {});

  const Settings& settings_;
  Storage& storage_;
  mutable std::mutex mutex_;
  std::condition_variable stopping_;
  bool stop_ = false;
  RetentionReport report_;
  std::thread thread_;
};

}  // namespace server
