// How often somebody may do something: a bucket of tries for each key that fills up evenly. May be used by several
// threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace server {

struct Rate {
  std::size_t tries = 10;                    // at once
  std::chrono::milliseconds window{60'000};  // in which so many come back
};

class Throttle {
 public:
  using Clock = std::chrono::steady_clock;
  struct Verdict {
    bool allowed = true;
    std::size_t remaining = 0;
    std::chrono::seconds retry_after{0};  // until the next try, where it is not allowed
  };

  // Of more than `keys` the one that was not heard of for longest is forgotten.
  explicit Throttle(Rate rate, std::size_t keys = 10'000) : rate_(rate), most_keys_(keys) {}

  // Counts one try, where it is allowed.
  Verdict take(const std::string& key, Clock::time_point now = Clock::now());
  // The same without counting.
  Verdict look(const std::string& key, Clock::time_point now = Clock::now());
  // What was counted for it is forgotten.
  void forgive(const std::string& key);

  const Rate& rate() const { return rate_; }

 private:
  struct Bucket {
    std::string key;
    double tries;
    Clock::time_point at;
  };
  Verdict ask(const std::string& key, Clock::time_point now, double cost);

  const Rate rate_;
  const std::size_t most_keys_;
  std::mutex mutex_;
  std::list<Bucket> buckets_;  // the latest first
  std::unordered_map<std::string, std::list<Bucket>::iterator> by_key_;
};

}  // namespace server
