// What the process that reads mails may use. Told to it by rlimits, or kept by the one that waits for it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "ingest/limits.h"

namespace ingest {

struct WorkerLimits {
  // Address space. A report of 200,000 records, the largest that is read, takes less than half of it.
  std::size_t memory_bytes = 1024 * MiB;
  // Of one mail. A mail at every limit takes some 5 s of a slow processor; a library in an endless loop takes no more
  // than this. The clock runs faster than the processor's: the machine has other things to do, too.
  std::chrono::seconds processor{20};
  std::chrono::seconds wall{30};
  // The socket and, where a sanitizer wants to complain, standard error: some room, but no more.
  std::size_t open_files = 8;
  // Of one process. Whatever a mail may leave behind in a library does not stay; forking anew costs a millisecond.
  int mails = 1000;
  // Without a mail for so long it ends: what is idle costs nothing.
  std::chrono::seconds idle{10};
  // Lives of workers that one mail may cost (schema/ledger.h, deaths).
  int deaths = 2;
};

// For mails read within `limits`: where they allow more to unpack than by default, as import_limits() does for archives
// of the operator's own, memory and time grow with it.
inline WorkerLimits worker_limits(const Limits& limits, WorkerLimits worker = {}) {
  const std::size_t usual = Limits().decompressed_mail_bytes;
  const std::size_t times = std::clamp<std::size_t>((limits.decompressed_mail_bytes + usual - 1) / usual, 1, 100);
  worker.memory_bytes *= times;
  worker.processor *= static_cast<int>(times);
  worker.wall *= static_cast<int>(times);
  return worker;
}

}  // namespace ingest
