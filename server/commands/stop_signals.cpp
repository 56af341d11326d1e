#include "server/commands/stop_signals.h"

namespace server {

StopSignals::StopSignals() {
  sigemptyset(&signals_);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) sigaddset(&signals_, signal);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

int StopSignals::wait(std::chrono::milliseconds longest) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(longest);
  const timespec time{seconds.count(), std::chrono::nanoseconds(longest - seconds).count()};
  const int signal = sigtimedwait(&signals_, nullptr, &time);
  if (signal == SIGINT || signal == SIGTERM) pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
  return signal > 0 ? signal : 0;
}

}  // namespace server
