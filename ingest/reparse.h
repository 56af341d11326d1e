// Every stored original read again with the parser, limits and settings of today.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ingest/ingest_settings.h"
#include "ingest/prepared_reading.h"
#include "schema/writer.h"

namespace ingest {

struct Reparsed {
  std::int64_t original_id = 0;
  std::optional<std::int64_t> report_id;   // a report that is read otherwise now
  std::optional<std::int64_t> failure_id;  // a failure that comes to something else now
  std::string name;                        // of the document, display text only
  std::vector<std::string> differences;    // "messages: 12 -> 13"
  bool kept = false;                       // what is stored stays as it was: it could be read better before
};

struct ReparseTotals {
  std::int64_t originals = 0;
  std::int64_t reports = 0;   // read again
  std::int64_t failures = 0;  // tried again
  std::int64_t changed = 0;   // of both
  bool stopped = false;
};

// Reports whose rows would be others get them in one transaction, under their number; failures that can be read now are
// stored. What was stored and cannot be read any more stays. With `dry_run` nothing is changed. Doing it twice changes
// nothing more. `tell` gets each difference; `stop` may be null. Errors: those of the database.
schema::Result<ReparseTotals> reparse(schema::Writer& writer, const IngestSettings& settings,
                                      const MessageReader& reader, bool dry_run,
                                      const std::function<void(const Reparsed&)>& tell,
                                      const std::atomic<bool>* stop = nullptr);

}  // namespace ingest
