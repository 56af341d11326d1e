// Where the database lies: is there room to take in more, and is the database to be trusted? One for a program that
// serves; every write is told to it, and everything that takes something in asks it first.
//
// Below the watermark nothing new is begun, until there is twice as much again. Where a write found the disk full
// nonetheless, the reserve is given back, the log is moved into the database, and the next try waits longer each time.
// A disk that fails ends the program, as nobody knows what is on it; a damaged database is still read, never written.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "ingest/retry_delay.h"
#include "schema/result.h"
#include "server/api/context.h"
#include "server/settings.h"

namespace server {

// What must be free, by the settings.
std::uint64_t least_free_bytes(const Settings& settings);

// For a command that takes something in: disk_low when there is less room than that.
schema::Status require_room(const Settings& settings);

class Storage {
 public:
  // `on_failure` is called once, by any thread, when the program must end.
  Storage(const Settings& settings, std::function<void()> on_failure);

  // Settings that were read again.
  void change(const Settings& settings);

  // Before something is taken in: unavailable disk_low, disk_full or corrupt, with a sentence.
  schema::Status ready();
  // How a write ended.
  void note(const schema::Error& error);
  void note_success();
  // Both in one.
  template <typename Result>
  Result noted(Result result) {
    result ? note_success() : note(result.error());
    return result;
  }

  bool failed() const { return failed_; }
  StorageReport report();

 private:
  using Clock = std::chrono::steady_clock;
  void make_room();
  // Under the mutex: looks at the disk.
  void look();

  const std::string path_;
  const std::function<void()> on_failure_;
  std::mutex mutex_;
  std::uint64_t least_;
  std::uint64_t free_ = 0;
  bool low_ = false;
  bool full_ = false;
  std::optional<Clock::time_point> full_until_;
  ingest::RetryDelay delay_{std::chrono::seconds(1), std::chrono::minutes(5)};
  std::string damage_;  // what was said of it; empty: none is known
  std::atomic<bool> failed_ = false;
};

}  // namespace server
