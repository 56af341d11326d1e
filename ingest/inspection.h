// What those who write reports want to know of one: every occurrence of a note, with its place, and what readers accept
// without a word.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "schema/report.h"
#include "schema/result.h"

namespace ingest {

struct SeenNote {
  std::string code;           // of schema/note.h
  schema::Position position;  // in the document as UTF-8
  std::string element;        // "feedback/record/row/count", present or missing; empty where it is about none
  std::string detail;         // what was written there; may be empty
};

struct Inspection {
  std::optional<schema::Dialect> dialect;  // whose rules; none: of the RFC that the report seems to follow
  std::function<void(SeenNote&&)> seen;    // in the order in which they are found
};

}  // namespace ingest
