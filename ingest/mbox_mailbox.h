// A mbox file: mails one after the other, each behind a line that begins with "From ". Read as a stream: a file of any
// length needs the memory of its longest mail, and of that no more than the limit.
#pragma once

#include <memory>
#include <string>

#include "ingest/byte_source.h"
#include "ingest/limits.h"
#include "ingest/mailbox.h"

namespace ingest {

// Whether a mbox begins with these bytes: a line "From ..." before the header of the first mail.
bool begins_mbox(std::string_view bytes);

// The mails of `source`. `kind` and `origin` go into every message; its position is the offset of its separator line
// in the (inflated) bytes. A line is a separator when it begins with "From ", follows an empty line or carries a date,
// and a header field follows it; lines of bodies that were quoted as ">From " are restored (mboxrd). A mail over
// limits.mail_bytes comes as too_large, with its beginning only; one without a header keeps its separator line. A
// source that breaks off gives what was read of its last mail, then its error once.
std::unique_ptr<Mailbox> mbox_mailbox(std::unique_ptr<ByteSource> source, std::string kind, std::string origin,
                                      const Limits& limits);

}  // namespace ingest
