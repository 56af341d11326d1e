#include "ingest/archive.h"

#include "schema/reason.h"
#include "tests/fuzz/fuzzed.h"

void fuzz::one_input(std::string_view bytes) {
  ingest::Limits limits;
  limits.document_bytes = limits.decompressed_bytes = limits.decompressed_mail_bytes = 4 * ingest::MiB;
  ingest::Budget budget(limits);
  const auto documents = ingest::unpack(bytes, limits, budget);
  PROMISE(!documents.empty());
  std::size_t unpacked = 0;
  for (const auto& document : documents) {
    PROMISE(document.name.size() <= limits.archive_name_bytes);
    if (document.bytes) {
      unpacked += document.bytes->size();
    } else {
      PROMISE(schema::reason_code(document.bytes.error().code) != nullptr);
    }
  }
  PROMISE(unpacked <= limits.decompressed_bytes + bytes.size());
}
