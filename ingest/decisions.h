// What a person decides about a failure: try it again, leave it, or which of two reports counts. Each is one batch,
// committed when it returns.
//
// Errors besides those of the database: malformed not_found (there is no such failure) and wrong_state (it is resolved
// already, or no conflict); unavailable original_not_kept.
#pragma once

#include <cstdint>
#include <string>

#include "ingest/mail_writer.h"
#include "schema/failures.h"
#include "schema/writer.h"

namespace ingest {

// Reads the original again with the parser, limits and settings of today, and writes what comes of it, also for
// other failed documents of the same original.
schema::Result<DocumentOutcome> retry(schema::Writer& writer, const IngestSettings& settings,
                                      const MessageReader& reader, std::int64_t failure_id);

// Opens or ignores a failure; an empty note leaves the one it has.
schema::Status decide(schema::Writer& writer, std::int64_t failure_id, schema::FailureState state,
                      const std::string& note);

enum class Keep : std::uint8_t { first, second };

// Settles a conflict. With Keep::second the second report takes the place of the first, under its number; the first is
// kept as a resolved conflict beside it, so that it is neither counted nor asked about again.
schema::Status resolve(schema::Writer& writer, const IngestSettings& settings, const MessageReader& reader,
                       std::int64_t failure_id, Keep keep);

}  // namespace ingest
