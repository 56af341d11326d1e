// One file, or standard input, as a mailbox.
#pragma once

#include <memory>
#include <string>

#include "ingest/byte_source.h"
#include "ingest/limits.h"
#include "ingest/mailbox.h"

namespace ingest {

// An mbox where `source` begins like one (also inside gzip), else a mailbox of one message. A file of one message may
// be as long as limits.attachment_bytes or limits.mail_bytes, whichever is more: it may be an archive.
// `kind`: file or stdin; becomes mbox for an mbox in a file. Errors: those of reading the beginning of the source.
schema::Result<std::unique_ptr<Mailbox>> file_mailbox(std::unique_ptr<ByteSource> source, const std::string& kind,
                                                      const std::string& origin, const Limits& limits);

}  // namespace ingest
