// A mail with all its documents, written into the database with its row in the ledger. Everything happens within a part
// of a batch of the caller (schema/writer.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/document_writer.h"
#include "ingest/ingest_settings.h"
#include "ingest/mailbox.h"
#include "ingest/prepared_reading.h"
#include "schema/writer.h"

namespace ingest {

class MailWriter {
 public:
  // Both must outlive it.
  MailWriter(schema::Writer& writer, const IngestSettings& settings)
      : writer_(writer), settings_(settings), document_writer_(writer, settings) {}

  // Whether these bytes have been read before by the parser of today, with outcomes that reading again cannot change.
  schema::Result<bool> is_known(const Message& message, std::string_view sha256);
  // The same, and they were read from the same place: reading them again would tell nothing new.
  schema::Result<bool> is_done(const Message& message, std::string_view sha256);
  // Writes a message whose is_known() is true: its outcomes are those it had; what was stored then is a duplicate now.
  schema::Result<DocumentOutcomes> write_known(const Message& message, std::string_view sha256, std::int64_t run_id);
  // Writes a message that was read.
  schema::Result<DocumentOutcomes> write(const Message& message, std::string_view sha256,
                                         const PreparedReading& reading, std::int64_t run_id);

  // Writes another reading of an original that lies in the ledger: for those of its documents that were not stored so
  // far, in every mail that brought it. What became of these documents; at least one.
  schema::Result<DocumentOutcomes> write_again(std::int64_t original_id, std::string_view bytes,
                                               const PreparedReading& reading);

 private:
  struct Change {                          // of the ledger's rows of a mail
    std::optional<std::int64_t> document;  // takes the place of this one of the original; none: is new
    schema::AttachmentEntry entry;
  };

  schema::Result<bool> is_final(const std::optional<schema::KnownMail>& known);
  schema::Result<std::vector<WrittenDocument>> documents(WrittenMail& mail, WrittenAttachment& whole,
                                                         const PreparedReading& reading);
  schema::Status change(std::int64_t mail_id, std::int64_t original_id, const std::vector<Change>& changes,
                        bool brought_first);
  schema::Result<schema::AttachmentEntry> seen_again(const schema::AttachmentEntry& entry, std::int64_t mail_id,
                                                     std::int64_t n);

  schema::Writer& writer_;
  const IngestSettings& settings_;
  DocumentWriter document_writer_;
};

}  // namespace ingest
