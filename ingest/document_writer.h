// What becomes of one document: stored, duplicate, conflict, quarantined or ignored. Everything happens within a part
// of a batch of the caller (schema/writer.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/ingest_settings.h"
#include "ingest/prepared_reading.h"
#include "ingest/quarantine_room.h"
#include "schema/writer.h"

namespace ingest {

// What one document came to in this run. A mail without any counts as one.
struct DocumentOutcome {
  std::string origin, position;
  std::string name;           // display text only
  std::int64_t document = 0;  // which one of its attachment
  schema::Outcome outcome = schema::Outcome::ignored;
  std::string code;                        // reason code; empty when stored
  std::string detail;                      // one sentence; empty when stored
  std::optional<std::int64_t> report_id;   // stored, duplicate: this report; conflict: the first one
  std::optional<std::int64_t> failure_id;  // quarantined, conflict
  schema::Notes notes;                     // of the report that was stored, as are the next two
  std::string reporter, domain;
  std::int64_t records = 0;  // stored
  std::int64_t messages = 0;
};
using DocumentOutcomes = std::vector<DocumentOutcome>;

// The mail that is being written.
struct WrittenMail {
  std::int64_t id = 0;  // its row in the ledger
  std::string authenticity;
  std::vector<schema::AttachmentEntry> before;  // its outcomes when it was read before
  std::size_t n = 0;                            // the document that is being written, counted over all attachments
};

// The attachment that is being written; of a mail that cannot be taken apart, the mail.
struct WrittenAttachment {
  std::string_view bytes;
  std::uint64_t size = 0;                        // more than `bytes` where those are only its beginning
  std::string sha256 = {};                       // when it is known
  std::optional<std::int64_t> original_id = {};  // when it is known
  bool lies_elsewhere = false;                   // in a mailbox from which nobody takes what failed
  std::string sender = {};                       // domain of its mail, or empty
};

struct WrittenDocument {
  schema::AttachmentEntry entry;  // what the ledger is to say of it
  DocumentOutcome outcome;        // what it came to in this run: what was stored by an earlier one is a duplicate
};

class DocumentWriter {
 public:
  // Both must outlive it.
  DocumentWriter(schema::Writer& writer, const IngestSettings& settings)
      : writer_(writer), settings_(settings), room_(writer.failures(), settings.limits) {}

  // Writes a document that was read, or what is known of why it could not be.
  schema::Result<WrittenDocument> write(WrittenMail& mail, WrittenAttachment& attachment,
                                        const PreparedDocument& document);
  // It waits for a decision, with its bytes where there is room for them. `rival_id`: conflict with this report.
  schema::Result<WrittenDocument> fail(WrittenAttachment& attachment, const PreparedDocument& document,
                                       const schema::Error& error, std::optional<std::int64_t> rival_id = {});
  // It is none of ours.
  schema::Result<WrittenDocument> ignore(WrittenAttachment& attachment, const PreparedDocument& document,
                                         std::string_view code);
  // Whatever failed before in this document, if anything, does not any more: the number of that failure.
  schema::Result<std::optional<std::int64_t>> resolve_failure(WrittenAttachment& attachment, std::int64_t document);

 private:
  schema::Result<WrittenDocument> report(WrittenMail& mail, WrittenAttachment& attachment,
                                         const PreparedDocument& document, const schema::PreparedReport& report);
  schema::Result<WrittenDocument> store(const WrittenMail& mail, WrittenAttachment& attachment,
                                        const PreparedDocument& document, const schema::PreparedReport& report);
  schema::Result<WrittenDocument> duplicate(WrittenMail& mail, WrittenAttachment& attachment,
                                            const PreparedDocument& document,
                                            std::optional<std::int64_t> report_id);  // none: it is pruned
  schema::Result<std::int64_t> keep(WrittenAttachment& attachment);
  schema::Result<std::int64_t> keep_failed(WrittenAttachment& attachment);
  schema::Result<std::optional<std::int64_t>> kept_before(WrittenAttachment& attachment);
  schema::Result<std::optional<std::int64_t>> settle_failure(const WrittenMail& mail, WrittenAttachment& attachment,
                                                             std::int64_t document,
                                                             std::optional<std::int64_t> report_id);

  schema::Writer& writer_;
  const IngestSettings& settings_;
  QuarantineRoom room_;
};

// The sentence of a reason code; empty for a code that is not in the table.
std::string sentence(std::string_view code);

}  // namespace ingest
