// gzip, zip or plain: an attachment unpacked within limits.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/limits.h"
#include "schema/result.h"

namespace ingest {

// What one mail may still cost; shared by all its attachments and by every layer of their archives.
struct Budget {
  std::size_t decompressed_bytes;  // still allowed for the whole mail
  std::size_t entries;             // archive entries still allowed
  std::size_t documents;           // documents still allowed
  explicit Budget(const Limits& limits)
      : decompressed_bytes(limits.decompressed_mail_bytes),
        entries(limits.archive_entries),
        documents(limits.reports) {}
};

// One document out of an attachment: its bytes, or why it could not be had.
struct Document {
  std::string name;  // entry names joined with '/', cut at limits.archive_name_bytes; empty for plain input
  schema::Result<std::string> bytes;
  bool trailing_bytes = false;  // something other than blanks and NULs followed the gzip stream
};

// Every document inside `bytes` in archive order: XML, JSON and mails (whose parts the caller reads). At least one: an
// attachment without any gives one error, as do bytes that are nothing of this kind (not_a_report). One bad entry never
// costs its neighbours, except where its archive as a whole cannot be trusted (overlap, too_many_entries,
// archive_corrupt, nested_archive) or the mail has spent what it may cost. Nothing is written to disk, names are
// display text.
std::vector<Document> unpack(std::string_view bytes, const Limits& limits, Budget& budget);

}  // namespace ingest
