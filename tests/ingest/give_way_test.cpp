#include "ingest/give_way.h"

#include <sched.h>
#include <sys/resource.h>

#include <thread>

#include "tests/support/catch.h"

TEST_CASE("a thread that gives way leaves the others as they are, and what it starts gives way, too") {
  const auto priority = [] { return ::getpriority(PRIO_PROCESS, 0); };
  const auto before = priority();
  int gave_way = 0, of_its_own = 0, policy = 0;
  std::thread([&] {
    ingest::give_way();
    gave_way = priority();
    policy = ::sched_getscheduler(0);
    std::thread([&] { of_its_own = priority(); }).join();
  }).join();
  CHECK(gave_way >= 10);
  CHECK(of_its_own == gave_way);
  CHECK(policy == SCHED_BATCH);
  CHECK(priority() == before);
}
