#include "ingest/message_reader.h"

#include "schema/reason.h"
#include "tests/fuzz/fuzzed.h"

void fuzz::one_input(std::string_view bytes) {
  ingest::Limits limits;
  limits.decompressed_bytes = limits.document_bytes = ingest::MiB;  // so that bombs cost no time here
  limits.decompressed_mail_bytes = 2 * ingest::MiB;
  const auto reading = ingest::read_message(bytes, "name.xml", limits, now);
  if (reading.refused) {
    PROMISE(schema::reason_code(reading.refused->code) != nullptr);
    PROMISE(reading.attachments.empty());
  }
  std::size_t reports = 0;
  for (const auto& attachment : reading.attachments) {
    PROMISE(!attachment.documents.empty());
    PROMISE(attachment.bytes.size() <= bytes.size());
    for (const auto& document : attachment.documents) {
      if (!document.report) {
        PROMISE(schema::reason_code(document.report.error().code) != nullptr);
        continue;
      }
      ++reports;
      std::int64_t messages = 0;
      for (const auto& record : document.report->records) {
        PROMISE(record.count >= 0 && record.count <= limits.count);
        messages += record.count;
      }
      PROMISE(messages <= limits.count_sum);
      PROMISE(document.report->metadata.begin <= document.report->metadata.end);
    }
  }
  PROMISE(reports <= limits.reports);
}
