// One linear pass of our own over a document, before any XML library sees it.
//
// It refuses what a report never needs and a library may not survive (DOCTYPE, depth, millions of elements), checks
// that the document is well-formed as far as tags, attributes and references go, and says where the report's records
// lie, so that they can be read one by one.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "ingest/limits.h"
#include "schema/result.h"

namespace ingest {

// A piece of a document, in bytes.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Where things stand in a document, each from the '<' of the start tag to behind the '>' of the end tag.
struct XmlOutline {
  Span root;
  std::string_view root_name;   // without prefix
  std::vector<Span> records;    // children of the root with the local name `record`, in any letter case
  bool leading_blanks = false;  // before the XML declaration
};

// `text` is UTF-8; a byte order mark and blanks at its front are skipped. Errors, all with their position:
// xml_doctype, xml_depth, xml_nodes, xml_attributes, xml_name, too_many_records; xml_illegal_char for a reference to a
// character outside of XML 1.0; xml_truncated for a document that ends inside its root element or before it;
// xml_malformed for everything else, also for raw control characters, bare '&' and a second root element.
schema::Result<XmlOutline> xml_gate(std::string_view text, const Limits& limits);

// Line and column (in characters) of a byte offset.
schema::Position position_at(std::string_view text, std::size_t offset);
// The same, counted from a position that is known, where that is not behind the offset.
schema::Position position_from(std::string_view text, const schema::Position& known, std::size_t offset);

// "feedback" for "ns1:feedback".
std::string_view local_name(std::string_view qualified_name);

// Compares ASCII without letter case.
bool same_letters(std::string_view a, std::string_view b);

// Offset of the first control character that XML forbids (NUL included), or text.size().
std::size_t find_control(std::string_view text);

// One past the last byte of the XML name that begins at `at`; `at` where none begins.
std::size_t name_end(std::string_view text, std::size_t at);

}  // namespace ingest
