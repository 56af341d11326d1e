// Wakes a thread that waits for a server or for time to pass: to fetch now, or to stop.
#pragma once

#include <atomic>
#include <chrono>

namespace ingest {

// Safe to use from several threads; ring() also from a signal handler.
class Bell {
 public:
  Bell();
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;
  ~Bell();

  void ring();
  // Rings for good: everybody who waits is to end.
  void ring_stop();
  bool stopping() const { return stopping_; }
  // Whether it rang since the last time this was asked.
  bool take();

  // Readable from ring() until take(); for poll(2).
  int descriptor() const { return descriptors_[0]; }
  // Waits until it rings or the time is over; true: it rings.
  bool wait(std::chrono::milliseconds longest) const;

 private:
  int descriptors_[2] = {-1, -1};
  std::atomic<bool> stopping_ = false;
};

}  // namespace ingest
