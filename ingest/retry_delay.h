// How long to wait before trying again: longer each time, and never in step with others.
#pragma once

#include <algorithm>
#include <chrono>
#include <random>

namespace ingest {

class RetryDelay {
 public:
  // The longest wait is short enough that a server which is back is noticed within a minute.
  explicit RetryDelay(std::chrono::milliseconds first = std::chrono::seconds(1),
                      std::chrono::milliseconds longest = std::chrono::seconds(45))
      : first_(first), longest_(longest), next_(first) {}

  std::chrono::milliseconds next() {
    const auto wait = next_;
    next_ = std::min(next_ * 2, longest_);
    return wait * std::uniform_int_distribution<int>(75, 100)(random_) / 100;
  }
  void reset() { next_ = first_; }

 private:
  std::chrono::milliseconds first_, longest_, next_;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace ingest
