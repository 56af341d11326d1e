// Bytes of one mail (or of one loose file) in, what it holds out: the pure composition of the steps of ingest/.
// No database, no network, no files: what is said here can be said by a process that has none of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/attachments.h"
#include "ingest/inspection.h"
#include "ingest/limits.h"
#include "ingest/mail_kind.h"
#include "schema/prepared_report.h"
#include "schema/result.h"

namespace ingest {

// One XML document (or what stood in its place) and what became of it.
struct ReadDocument {
  std::string name;                               // display text only: "report.zip/google.com!example.com!1!2.xml"
  std::uint32_t index = 0;                        // which document of its attachment, counted from 0
  schema::Result<schema::PreparedReport> report;  // error: its code is a reason code; `position` is within the XML
  std::string excerpt = {};                       // of the text around error().position; UTF-8, no control characters
  // Only of inspect_message(): every note at its place, in the order of the document, and how many were too many.
  std::vector<SeenNote> seen = {};
  std::size_t unlisted = 0;
};

// A part of the mail that may hold reports, with its documents; at least one.
struct ReadAttachment {
  std::string name;   // file name as declared, display text only; may be empty
  std::string bytes;  // without the transfer encoding, as they came
  std::vector<ReadDocument> documents;
};

struct MessageReading {
  MailKind kind = MailKind::other;
  bool loose_file = false;                  // the bytes were no mail but an attachment by themselves
  MailHeaders headers;                      // empty for a loose file
  std::vector<ReadAttachment> attachments;  // empty: no candidate, the mail is ignored under its kind
  std::optional<schema::Error> refused;     // the mail as a whole could not be read (mime_*); nothing else is set
};

// `name`: file name of a loose file, for display and for dates that the XML lacks. Never throws, never fails: whatever
// is wrong is part of the answer. `now`: seconds since 1970, for the plausibility of dates.
MessageReading read_message(std::string_view bytes, std::string_view name, const Limits& limits, std::int64_t now);

// The same for those who write reports, checked against this RFC, or against the one that each report seems to follow.
MessageReading inspect_message(std::string_view bytes, std::string_view name, const Limits& limits, std::int64_t now,
                               std::optional<schema::Dialect> dialect);

}  // namespace ingest
