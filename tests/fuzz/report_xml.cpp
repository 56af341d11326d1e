#include "ingest/report_xml.h"

#include "schema/reason.h"
#include "tests/fuzz/fuzzed.h"

void fuzz::one_input(std::string_view bytes) {
  const ingest::Limits limits;
  std::size_t records = 0;
  const auto head = ingest::parse_report(bytes, {"receiver.example!example.com!1790000000!1790086399.xml", "", now},
                                         limits, [&](schema::Record&& record) {
                                           ++records;
                                           PROMISE(record.count >= 0 && record.count <= limits.count);
                                         });
  if (!head) {
    PROMISE(schema::reason_code(head.error().code) != nullptr);
    return;
  }
  PROMISE(records <= limits.records);
  PROMISE(!head->policy_published.domain.empty() && head->policy_published.domain.size() <= limits.domain_bytes);
  PROMISE(head->metadata.begin <= head->metadata.end);
}
