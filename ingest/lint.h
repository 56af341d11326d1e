// A report checked for those who write reports: what deviates from RFC 7489 or RFC 9990, and where. The rules are the
// notes of the parser and the table of report_schema.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/limits.h"
#include "schema/report.h"
#include "schema/result.h"

namespace ingest {

// How it is taken by those who read reports.
enum class LintSeverity : std::uint8_t {
  error,    // the report cannot be read
  warning,  // something of it is lost, or has to be repaired
  info,     // it is read all the same
};
std::string_view name(LintSeverity);

struct Finding {
  LintSeverity severity = LintSeverity::info;
  std::string code;                          // of schema/note.h; of an error: of schema/reason.h
  std::string rule;                          // the paragraph it deviates from; may be empty
  std::string sentence;                      // for people
  std::optional<schema::Position> position;  // in the document as UTF-8; none where it is about the whole
  std::string element;                       // "feedback/record/row/count"; may be empty
  std::string detail;                        // what was written there; may be empty
};

struct LintedDocument {
  std::string name;                        // display text: the entry of an archive, the attachment; may be empty
  std::optional<schema::Dialect> dialect;  // the RFC it was checked against; none: it is no report that can be read
  std::vector<Finding> findings;           // by position, those without one first
  std::size_t unlisted = 0;                // findings beyond those that are listed
  bool clean() const { return findings.empty() && unlisted == 0; }
};

// Checks every document inside `bytes`: a report, an archive or a mail. `name`: the file name; it is checked itself
// where it looks like one of a report (with a '!'), names of attachments always are. At least one document: bytes
// that hold no report are one with an error. `dialect`: the RFC to check against; none: the one that each report seems
// to follow.
std::vector<LintedDocument> lint(std::string_view bytes, std::string_view name, const Limits& limits, std::int64_t now,
                                 std::optional<schema::Dialect> dialect = {});

}  // namespace ingest
