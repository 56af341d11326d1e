// One file, or standard input, as a mailbox.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "ingest/byte_source.h"
#include "ingest/limits.h"
#include "ingest/mailbox.h"

namespace ingest {

// What somebody says that a file is; any: its bytes say it.
enum class InputType : std::uint8_t { any, mbox, maildir, single };

// An mbox where `source` begins like one (also inside gzip), else a mailbox of one message. A file of one message may
// be as long as limits.attachment_bytes or limits.mail_bytes, whichever is more: it may be an archive.
// `type` mbox and single have it so whatever it begins with.
// `kind`: file or stdin; becomes mbox for an mbox in a file. Errors: those of reading the beginning of the source.
schema::Result<std::unique_ptr<Mailbox>> file_mailbox(std::unique_ptr<ByteSource> source, const std::string& kind,
                                                      const std::string& origin, const Limits& limits,
                                                      InputType type = InputType::any);

}  // namespace ingest
