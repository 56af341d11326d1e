// A report or a mail as a whole made fit to be shown to strangers: the Anonymiser carried through MIME, transfer
// encodings and archives.
#pragma once

#include <string>
#include <string_view>

#include "ingest/anonymiser.h"
#include "ingest/limits.h"
#include "schema/result.h"

namespace ingest {

// `bytes`: one XML document, one gzip or zip archive of such, or one mail. Structure and oddities stay: tags, labels,
// encodings, trailing bytes, missing ends. What cannot stay is the exact packing: archives are compressed anew (one cut
// short is cut short again, a wrong checksum stays wrong) and base64 lines get one length.
// Errors: those of mime_gate() and unpack() where no text can be reached, and not_a_report for what is none of these.
schema::Result<std::string> anonymised(std::string_view bytes, const Anonymiser& anonymiser, const Limits& limits);

}  // namespace ingest
