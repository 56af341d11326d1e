// What the kernel is told of the limits of a worker. What a whole worker may do is worker_pool_test's.
#include "ingest/sandbox.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>

#include "tests/support/catch.h"

using ingest::WorkerLimits;

namespace {

// What `act` returns in a process that has limited itself; 255: it could not.
int in_limits(const WorkerLimits& limits, const std::function<int()>& act) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(ingest::limit_resources(limits) ? act() : 255);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

bool told(__rlimit_resource resource, rlim_t soft) {
  rlimit now{};
  return ::getrlimit(resource, &now) == 0 && now.rlim_cur == soft;
}

}  // namespace

TEST_CASE("a worker has as many files open as allowed, and not one more") {
  for (const std::size_t allowed : {3, 4, 8, 9}) {
    CAPTURE(allowed);
    WorkerLimits limits;
    limits.open_files = allowed;
    const int open = in_limits(limits, [] {
      for (int descriptor = 3; descriptor < 256; ++descriptor) ::close(descriptor);
      int last = 2;
      for (int next = ::dup(0); next >= 0; next = ::dup(0)) last = next;
      return errno == EMFILE ? last + 1 : 254;
    });
    CHECK(open == static_cast<int>(allowed));
  }
}

TEST_CASE("a worker that is limited already is given no more") {
  WorkerLimits more;
  CHECK(in_limits(WorkerLimits(), [&more] {
          more.open_files = 1000;
          return ingest::limit_resources(more) && told(RLIMIT_NOFILE, WorkerLimits().open_files) ? 0 : 1;
        }) == 0);
}

TEST_CASE("a worker writes no file and leaves no memory behind") {
  CHECK(in_limits(WorkerLimits(), [] { return told(RLIMIT_FSIZE, 0) && told(RLIMIT_CORE, 0) ? 0 : 1; }) == 0);
}
