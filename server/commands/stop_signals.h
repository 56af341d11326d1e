// The signals that a server waits for. No other thread gets them: made before any other thread.
#pragma once

#include <signal.h>

#include <chrono>

namespace server {

class StopSignals {
 public:
  // INT, TERM, HUP and USR1.
  StopSignals();

  // The next one; 0 when `longest` is over. After INT and TERM the next of these ends the program at once.
  int wait(std::chrono::milliseconds longest);

 private:
  sigset_t signals_;
};

}  // namespace server
