// What keeps questions quick and can wait until nobody else writes: packing weeks (schema/packed_weeks.h). A server
// does it while it runs, a command that changed much at its end.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "schema/result.h"
#include "schema/packed_weeks.h"
#include "server/commands/storage.h"
#include "server/settings.h"

namespace server {

// Packs all that is to be packed, each week with the database for itself, which it waits for at most `patience`; until
// `go_on` says false. Errors: those of open_writer(); what was packed before stays.
schema::Status pack_weeks(const Settings& settings, schema::NewestWeek newest, std::chrono::milliseconds patience,
                          const std::function<bool()>& go_on);

class Upkeep {
 public:
  // Both must outlive it.
  Upkeep(const Settings& settings, Storage& storage) : settings_(settings), storage_(storage) {}
  Upkeep(const Upkeep&) = delete;
  Upkeep& operator=(const Upkeep&) = delete;
  ~Upkeep() { stop(); }

  // Looks at once, and then every few minutes.
  void start();
  void stop();

 private:
  void look();
  schema::Result<schema::NewestWeek> newest_week();
  bool go_on() const;

  const Settings& settings_;
  Storage& storage_;
  std::optional<std::int64_t> newest_report_;  // at the last look
  mutable std::mutex mutex_;
  std::condition_variable stopping_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace server
