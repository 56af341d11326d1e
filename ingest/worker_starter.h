// Starts the processes that read mails. It is a process itself, forked while the program has one thread, no settings
// and no secrets: what it forks knows none of them either, and may be forked at any time.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <mutex>

#include "ingest/prepared_reading.h"
#include "ingest/worker_limits.h"
#include "schema/result.h"

namespace ingest {

// A process that reads mails, and the socket to it.
struct Worker {
  pid_t process = 0;
  int socket = -1;
  int mails = 0;  // it was given
};

class WorkerStarter {
 public:
  // To be called before there is a second thread. `reader` is what the workers will do. The environment, which may hold
  // secrets, is wiped there; not here. Error `sandbox`: no process can be had.
  static schema::Result<std::unique_ptr<WorkerStarter>> begin(MessageReader reader, const WorkerLimits& limits = {});
  WorkerStarter(const WorkerStarter&) = delete;
  WorkerStarter& operator=(const WorkerStarter&) = delete;
  ~WorkerStarter();  // ends it and all workers

  const WorkerLimits& limits() const { return limits_; }

  // May be called by several threads.

  // A worker that has entered its sandbox. Error `sandbox`.
  schema::Result<Worker> start();
  // Waits for its end, if it is ending by itself, and else ends it. As waitpid() tells it; 0 when nobody knows.
  int end(Worker& worker, bool at_once);

 private:
  WorkerStarter(pid_t process, int socket, const WorkerLimits& limits)
      : process_(process), socket_(socket), limits_(limits) {}

  const pid_t process_;
  const int socket_;
  const WorkerLimits limits_;
  std::mutex one_at_a_time_;
};

}  // namespace ingest
