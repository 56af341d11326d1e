// What the parser repaired or found odd in a report that it could read all the same: a code with a count, so that
// thousands of records with the same oddity stay one line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schema/result.h"

namespace schema {

enum class Severity : std::uint8_t {
  info,     // usual in practice though no RFC has it
  warning,  // something of the report could not be used, or had to be repaired
  silent,   // accepted without a word; for those who write reports and ask
};

struct Note {
  std::string code;        // of the table in note.cpp
  std::int64_t count = 1;  // how often
  Position first;          // where it was seen first, in the document as UTF-8
  std::string detail;      // what was written there first; at most 256 bytes, may be empty
};

using Notes = std::vector<Note>;  // one per code, in the order of first sight

// Counts one more `code`; position and detail are kept of the first.
void add_note(Notes& notes, std::string_view code, Position position = {}, std::string_view detail = {});

struct NoteKind {
  std::string_view code;
  Severity severity;
  std::string_view rule;      // the paragraph it deviates from ("RFC 9990 3.1.1.4"), or empty
  std::string_view sentence;  // for people
};

// The kind of a code; none for a code that is not in the table (a test proves that the parser has no such).
const NoteKind* note_kind(std::string_view code);
const std::vector<NoteKind>& note_kinds();

}  // namespace schema
