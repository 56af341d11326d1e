#include "server/sink_beside.h"

#include <utility>

namespace server {

SinkBeside::SinkBeside(BodySink sink) : sink_(std::move(sink)), thread_([this] { run(); }) {}

SinkBeside::~SinkBeside() {
  {
    const std::lock_guard lock(mutex_);
    at_end_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

bool SinkBeside::write(std::string_view bytes) {
  if (!finish()) return false;
  if (bytes.empty()) return true;
  {
    const std::lock_guard lock(mutex_);
    piece_ = bytes;
  }
  changed_.notify_all();
  return true;
}

bool SinkBeside::finish() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return piece_.empty(); });
  return open_;
}

void SinkBeside::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return at_end_ || !piece_.empty(); });
    if (piece_.empty()) return;
    lock.unlock();
    const bool taken = sink_(piece_);
    lock.lock();
    open_ = open_ && taken;
    piece_.clear();
    changed_.notify_all();
  }
}

}  // namespace server
