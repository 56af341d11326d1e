#include "ingest/give_way.h"

#include <sched.h>
#include <sys/resource.h>

namespace ingest {

void give_way() {
  // A lower priority takes no right; where the system refuses all the same, nothing is lost.
  constexpr int priority = 10;
  static_cast<void>(::setpriority(PRIO_PROCESS, 0, priority));
  // With the same priority alone, whoever wakes up waits for the end of its turn, some milliseconds.
  const sched_param none{};
  static_cast<void>(::sched_setscheduler(0, SCHED_BATCH, &none));
}

}  // namespace ingest
