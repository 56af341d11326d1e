#include "ingest/sandbox.h"

#include <fmt/format.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

namespace ingest {
namespace {

using schema::Status;

// What computing takes: memory, time, the conversation over what is open, an end. Not one of them names a file, an
// address or another process.
constexpr auto allowed = std::to_array<int>({
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(sched_yield),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
});

// Memory that can be executed is not to be had.
constexpr auto allowed_without_execution = std::to_array<int>({SCMP_SYS(mmap), SCMP_SYS(mprotect)});

// What the C library asks out of habit, and does without: refused, but no reason to end.
constexpr auto refused = std::to_array<int>({
    SCMP_SYS(open),
    SCMP_SYS(openat),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(stat),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sigaltstack),
});

schema::Error not_possible(std::string_view step, int reason) {
  return {schema::ErrorKind::unavailable, "sandbox",
          fmt::format("{}: {}", step, std::generic_category().message(reason)), std::nullopt};
}

Status limit(__rlimit_resource resource, std::string_view name, rlim_t soft, rlim_t hard) {
  rlimit now{};
  ::getrlimit(resource, &now);
  const rlimit wanted{std::min(soft, now.rlim_max), std::min(hard, now.rlim_max)};
  if (::setrlimit(resource, &wanted) != 0) return schema::unexpected(not_possible(name, errno));
  return {};
}

// A call that an architecture does not have needs no rule there.
int add(scmp_filter_ctx filter, std::uint32_t action, int call) {
  const int done = seccomp_rule_add(filter, action, call, 0);
  return done == -EDOM || done == -EACCES ? 0 : done;
}

int fill(scmp_filter_ctx filter) {
  for (const int call : allowed)
    if (const int done = add(filter, SCMP_ACT_ALLOW, call); done != 0) return done;
  for (const int call : allowed_without_execution) {
    const int done = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    if (done != 0) return done;
  }
  if (sanitized) {
    // A sanitizer writes memory into a pipe to learn whether it may be read.
    for (const int call : {SCMP_SYS(sigaltstack), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(rt_sigprocmask),
                           SCMP_SYS(pipe), SCMP_SYS(pipe2), SCMP_SYS(close)})
      if (const int done = add(filter, SCMP_ACT_ALLOW, call); done != 0) return done;
    return 0;
  }
  for (const int call : refused)
    if (const int done = add(filter, SCMP_ACT_ERRNO(EACCES), call); done != 0) return done;
  return 0;
}

Status forbid_system_calls() {
  // A sanitizer that has found something is left alive to say so.
  const std::uint32_t otherwise = sanitized ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_KILL_PROCESS;
  const std::unique_ptr<void, void (*)(scmp_filter_ctx)> filter(seccomp_init(otherwise), seccomp_release);
  if (filter == nullptr) return schema::unexpected(not_possible("seccomp", ENOMEM));
  if (const int done = fill(filter.get()); done != 0) return schema::unexpected(not_possible("seccomp", -done));
  if (const int done = seccomp_load(filter.get()); done != 0) return schema::unexpected(not_possible("seccomp", -done));
  return {};
}

}  // namespace

// Memory and time may be raised again by the one that waits (ingest/worker_pool.cpp); not from here, where the call is
// forbidden.
Status limit_resources(const WorkerLimits& limits) {
  const auto seconds = static_cast<rlim_t>(limits.processor.count());
  if (!sanitized) {
    if (auto done = limit(RLIMIT_AS, "RLIMIT_AS", limits.memory_bytes, RLIM_INFINITY); !done) return done;
  }
  if (auto done = limit(RLIMIT_CPU, "RLIMIT_CPU", seconds, RLIM_INFINITY); !done) return done;
  if (auto done = limit(RLIMIT_NOFILE, "RLIMIT_NOFILE", limits.open_files, limits.open_files); !done) return done;
  if (auto done = limit(RLIMIT_FSIZE, "RLIMIT_FSIZE", 0, 0); !done) return done;
  return limit(RLIMIT_CORE, "RLIMIT_CORE", 0, 0);
}

Status enter_sandbox(const WorkerLimits& limits) {
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return schema::unexpected(not_possible("PR_SET_DUMPABLE", errno));
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return schema::unexpected(not_possible("PR_SET_NO_NEW_PRIVS", errno));
  if (auto done = limit_resources(limits); !done) return done;
  return forbid_system_calls();
}

}  // namespace ingest
