// What RFC 7489 appendix C and RFC 9990 appendix B ask of a report beyond what it can be understood without. Readers
// of reports need none of it; those who write them do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ingest/report_reader.h"
#include "ingest/report_schema.h"
#include "schema/report.h"

namespace ingest {

// Tells the inspection of `reader` what deviates, element after element, as far as the reader has said nothing of it
// itself: each piece is checked after it was read, while it is the reader's text.
class RuleChecker {
 public:
  RuleChecker(schema::Dialect dialect, ReportReader& reader) : dialect_(dialect), reader_(reader) {}

  // Everything but the records. `first_record`: where they begin in the document; none where there are none.
  void check_head(const XmlDocument& document, XmlNode feedback, std::optional<std::int64_t> first_record,
                  const schema::ReportHead& head);
  // One record; after the head.
  void check_record(XmlNode node, const schema::Record& record, const schema::PolicyPublished& policy);

 private:
  void check_namespace(const XmlDocument& document, XmlNode feedback);
  void check(XmlNode element, std::string_view type);
  void check_children(XmlNode element, std::string_view type);
  void check_times(XmlNode parent, const ElementRule& rule);
  void check_content(XmlNode node, XmlNode parent, const ElementRule& rule);
  void check_extension(XmlNode extension);
  const ElementRule* rule_for(std::string_view type, XmlNode child) const;
  bool is_foreign(XmlNode node) const;

  const schema::Dialect dialect_;
  ReportReader& reader_;
  std::string prefix_;  // of the root element
  std::optional<std::int64_t> first_record_;
};

}  // namespace ingest
