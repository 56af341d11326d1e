// How far a long command has come, on standard error: a bar ten times a second on a terminal, else a line every 30
// seconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace server {

struct ProgressState {
  std::uint64_t done = 0;   // bytes, or whatever the whole is measured in
  std::uint64_t total = 0;  // 0: not known
  std::int64_t mails = 0;
  std::int64_t failed = 0;
};

class ProgressDisplay {
 public:
  using Clock = std::chrono::steady_clock;

  ProgressDisplay(bool shown, bool on_terminal, Clock::time_point start = Clock::now());
  ~ProgressDisplay();
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  // As often as the caller likes; shown when it is time.
  void update(const ProgressState& state);
  // Takes the bar away, so that something else can be written.
  void clear();

 private:
  bool shown_;
  bool on_terminal_;
  bool drawn_ = false;
  Clock::time_point start_;
  Clock::time_point next_;
};

// "[#######.............]  35%  61,002 mails  1,910/s  eta 0:27  2 failed"; `columns` wide at most.
std::string progress_bar(const ProgressState& state, double seconds, std::size_t columns);
// The same without the bar.
std::string progress_line(const ProgressState& state, double seconds);

// 1234567 as "1,234,567".
std::string with_thousands(std::int64_t number);

}  // namespace server
