// Lets few expensive questions run at a time, so that threads and processors are left for those that cost little.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>

namespace server {

class HeavyGate {
 public:
  // `waiting`: how many may wait for one of the `places`, each for at most `patience`.
  HeavyGate(std::size_t places, std::size_t waiting, std::chrono::milliseconds patience)
      : free_(places), may_wait_(waiting), patience_(patience) {}
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
