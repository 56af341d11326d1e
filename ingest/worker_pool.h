// Reads mails in processes of their own, as many as there are callers at a time, and says what became of those
// processes that did not survive it.
#pragma once

#include <chrono>
#include <mutex>
#include <set>
#include <vector>

#include "ingest/worker.h"
#include "ingest/worker_starter.h"

namespace ingest {

// May be used by several threads.
class WorkerPool {
 public:
  // `starter` must outlive it.
  explicit WorkerPool(WorkerStarter& starter) : starter_(starter) {}
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool();

  // Whether this machine can have such processes at all. Error `sandbox`.
  schema::Status check();

  // A MessageReader. A mail that ends its worker is refused with cpu, memory, timeout or worker_crash, and
  // `worker_died`. When no worker can be had it is refused with an error of the kind `unavailable`.
  PreparedReading read(std::string_view bytes, std::string_view name, const Limits& limits, std::int64_t now);

  // The document with this number of what `attachment` unpacks to. Errors: those of unpacking, not_found; of what
  // ended the worker as above.
  schema::Result<std::string> document(std::string_view attachment, std::uint32_t number, const Limits& limits);

 private:
  using Clock = std::chrono::steady_clock;
  struct Idle {
    Worker worker;
    Clock::time_point since;
  };

  schema::Result<Worker> take();
  schema::Result<Worker> take_for(std::string_view bytes);
  void give_back(Worker worker);
  template <typename Answer, typename Read>
  schema::Result<Answer> ask(const WorkerRequest& request, Read read);

  WorkerStarter& starter_;
  std::mutex mutex_;
  std::vector<Idle> idle_;        // the last one was used last
  std::set<std::size_t> deadly_;  // hashes of what ended a worker, and was not read since
};

}  // namespace ingest
