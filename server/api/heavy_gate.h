// Lets few expensive questions run at a time, so that threads and processors are left for those that cost little.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>

namespace server {

// Places and waiting together are fewer than the workers of the front, and as many as a browser asks at a time.
struct HeavyLimits {
  std::size_t places = 3;
  std::size_t waiting = 3;                    // for one of the places,
  std::chrono::milliseconds patience{3'000};  // each for at most so long; then 503
};

class HeavyGate {
 public:
  explicit HeavyGate(const HeavyLimits& limits = {})
      : free_(limits.places), may_wait_(limits.waiting), patience_(limits.patience) {}
  HeavyGate(const HeavyGate&) = delete;
  HeavyGate& operator=(const HeavyGate&) = delete;

  // A place, which is free again when its last copy ends; it ends before the gate. null: none became free in time, or
  // too many wait already.
  std::shared_ptr<const void> enter();

 private:
  void leave();

  std::mutex mutex_;
  std::condition_variable left_;
  std::size_t free_;
  std::size_t may_wait_;
  const std::chrono::milliseconds patience_;
};

}  // namespace server
