// A PreparedReading on its way from the process that made it to the program, piece by piece. The program takes nothing
// for granted: whoever wrote the mail may have taken over the process that read it.
#pragma once

#include <string_view>

#include "ingest/limits.h"
#include "ingest/prepared_reading.h"
#include "ingest/wire.h"

namespace ingest {

// `message`: what was read; an attachment that is the same does not travel (PreparedAttachment::is_message).
void write_reading(WireWriter& wire, const PreparedReading& reading, std::string_view message);

// What was written, checked: numbers within their vocabularies and limits, texts UTF-8 and no longer than they may be,
// known codes, dates and sums as parse_report() promises them, all within `memory_bytes`. Anything else leaves
// wire.good() false, and what is returned is nothing.
PreparedReading read_reading(WireReader& wire, const Limits& limits, std::size_t memory_bytes);

}  // namespace ingest
