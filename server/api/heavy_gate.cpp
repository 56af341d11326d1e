#include "server/api/heavy_gate.h"

namespace server {

std::shared_ptr<const void> HeavyGate::enter() {
  std::unique_lock lock(mutex_);
  if (free_ == 0) {
    if (may_wait_ == 0) return nullptr;
    --may_wait_;
    left_.wait_for(lock, patience_, [this] { return free_ > 0; });
    ++may_wait_;
    if (free_ == 0) return nullptr;
  }
  --free_;
  return {this, [this](const void*) { leave(); }};
}

void HeavyGate::leave() {
  {
    const std::lock_guard lock(mutex_);
    ++free_;
  }
  left_.notify_one();
}

}  // namespace server
