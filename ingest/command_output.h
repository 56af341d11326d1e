// What a command of the operator's prints.
#pragma once

#include <chrono>
#include <string>

#include "ingest/bell.h"
#include "schema/result.h"

namespace ingest {

struct CommandOutput {
  int exit_code = 0;  // below 0: it was ended by a signal
  std::string text;   // the first 16 KiB
};

// Runs it by /bin/sh, with nothing to read. Errors, all `unavailable`: `command` (it cannot be started), `timeout` and
// `interrupted` (the bell rings to stop); it and all that it has started are killed then.
schema::Result<CommandOutput> command_output(const std::string& command, std::chrono::milliseconds longest,
                                             const Bell& bell);

}  // namespace ingest
