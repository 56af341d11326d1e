// What is told of ingesting while it happens: a line in the log for each outcome and each run, and the counters of
// /metrics.
#pragma once

#include <string>
#include <string_view>

#include "ingest/ingester.h"
#include "server/metrics.h"

namespace server {

class IngestTelling {
 public:
  // `mailbox`: the name of a mailbox, or upload, lmtp. `metrics` may be null; outlives what is made here.
  IngestTelling(std::string mailbox, Metrics* metrics) : mailbox_(std::move(mailbox)), metrics_(metrics) {}

  void outcome(const ingest::DocumentOutcome& outcome) const;
  // Runs that brought nothing are not worth a line.
  void run(const ingest::IngestTotals& totals) const;

  // Tells of each outcome when it is committed, and how long the steps took. This outlives it.
  ingest::IngestWatch watch() const;
  // The reader, timed.
  ingest::MessageReader timed(ingest::MessageReader reader) const;

 private:
  const std::string mailbox_;
  Metrics* const metrics_;
};

}  // namespace server
