// Bytes of an XML document -> UTF-8.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "schema/result.h"

namespace ingest {

struct Utf8Text {
  std::string_view text;                              // into the bytes given, or into `converted`; valid UTF-8
  std::unique_ptr<const std::string> converted = {};  // none where the bytes were UTF-8 already
  // Codes of schema/note.h, empty where there is nothing to note; `note_offset` is within `text`.
  std::string_view note = {};
  std::size_t note_offset = 0;
  std::string note_detail = {};
};

// A byte order mark or the pattern of the first bytes wins over what the XML declaration says, that over UTF-8. Knows
// UTF-8, UTF-16, US-ASCII, ISO-8859-1 and -15, windows-1252; others that extend ASCII are read where all is ASCII.
// Bytes that are no UTF-8 are taken for windows-1252 as long as none looks like a broken multi-byte character: then all
// of them become U+FFFD, so that nothing is decoded that a strict reader would refuse (overlong forms, surrogates).
// A byte order mark stays at the front of UTF-8 bytes, so that offsets are those of the document.
// Errors: xml_encoding.
schema::Result<Utf8Text> to_utf8(std::string_view bytes);

}  // namespace ingest
