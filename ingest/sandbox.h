// What a process that reads a stranger's mail may still do: compute, and read and write what it has open. The one place
// that sees libseccomp.
#pragma once

#include "ingest/worker_limits.h"
#include "schema/result.h"

namespace ingest {

// Whether this program was built with a sanitizer, which needs more memory than the limit and a few more system calls.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif
#else
inline constexpr bool sanitized = false;
#endif

// From here on this process has no more of each resource than the limits say. Error `sandbox`.
schema::Status limit_resources(const WorkerLimits& limits);

// The same, and from here on this process, which must have one thread, opens no file and no connection, starts nothing
// and signals nobody; what tries ends it. Cannot be undone. Error `sandbox`: the kernel refused a step, and says why.
schema::Status enter_sandbox(const WorkerLimits& limits);

}  // namespace ingest
