#include "ingest/xml_gate.h"

#include <string>

#include "ingest/xml_document.h"
#include "tests/fuzz/fuzzed.h"

// What the gate lets through, the library can read: each record by itself.
void fuzz::one_input(std::string_view bytes) {
  const auto outline = ingest::xml_gate(bytes, {});
  if (!outline) {
    PROMISE(!outline.error().code.empty());
    return;
  }
  PROMISE(outline->root.begin < outline->root.end && outline->root.end <= bytes.size());
  auto at = outline->root.begin + 1;
  for (const auto& record : outline->records) {
    PROMISE(at <= record.begin && record.begin < record.end && record.end < outline->root.end);
    at = record.end;
    std::string text(bytes.substr(record.begin, record.end - record.begin));
    ingest::XmlDocument document;
    document.read(text);
  }
}
