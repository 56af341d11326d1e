// A report, or why there is none, as a part of a reading on its way (reading_codec.h).
#pragma once

#include "ingest/codec_directions.h"
#include "schema/prepared_report.h"
#include "schema/result.h"

namespace ingest {

void pass(CodecWriter& wire, const schema::Result<schema::PreparedReport>& report, const Limits& limits);
// Fails on what parse_report() would never say.
void pass(CodecReader& wire, schema::Result<schema::PreparedReport>& report, const Limits& limits);

}  // namespace ingest
