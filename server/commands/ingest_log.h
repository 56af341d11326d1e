// What is told of ingesting while it happens: a line in the log for each outcome, and one for each run.
#pragma once

#include <string>
#include <string_view>

#include "ingest/ingester.h"

namespace server {

// `mailbox`: the name of a mailbox, or upload, lmtp.
void tell_outcome(std::string_view mailbox, const ingest::DocumentOutcome& outcome);
// Runs that brought nothing are not worth a line.
void tell_run(std::string_view mailbox, const ingest::IngestTotals& totals);

// Tells of each outcome when it is committed. The run is told by whoever gets its totals.
ingest::IngestWatch telling_watch(std::string mailbox);

}  // namespace server
