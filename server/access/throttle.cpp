#include "server/access/throttle.h"

#include <algorithm>
#include <cmath>

namespace server {

Throttle::Verdict Throttle::ask(const std::string& key, Clock::time_point now, double cost) {
  const std::lock_guard lock(mutex_);
  const auto most = static_cast<double>(rate_.tries);
  const double per_second = most * 1000.0 / static_cast<double>(rate_.window.count());
  if (const auto known = by_key_.find(key); known != by_key_.end()) {
    buckets_.splice(buckets_.begin(), buckets_, known->second);
  } else {
    buckets_.push_front({key, most, now});
    by_key_[key] = buckets_.begin();
    if (buckets_.size() > most_keys_) {
      by_key_.erase(buckets_.back().key);
      buckets_.pop_back();
    }
  }
  Bucket& bucket = buckets_.front();
  const double seconds = std::chrono::duration<double>(now - bucket.at).count();
  bucket.tries = std::min(most, bucket.tries + std::max(seconds, 0.0) * per_second);
  bucket.at = now;
  Verdict verdict;
  verdict.allowed = bucket.tries >= 1;
  if (verdict.allowed) {
    bucket.tries -= cost;
  } else {
    verdict.retry_after = std::chrono::seconds(static_cast<long>(std::ceil((1 - bucket.tries) / per_second)));
  }
  verdict.remaining = static_cast<std::size_t>(std::max(bucket.tries, 0.0));
  return verdict;
}

Throttle::Verdict Throttle::take(const std::string& key, Clock::time_point now) {
  return ask(key, now, 1);
}

Throttle::Verdict Throttle::look(const std::string& key, Clock::time_point now) {
  return ask(key, now, 0);
}

void Throttle::forgive(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto known = by_key_.find(key);
  if (known == by_key_.end()) return;
  buckets_.erase(known->second);
  by_key_.erase(known);
}

}  // namespace server
