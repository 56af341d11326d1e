// A document that the gate refuses as malformed, with the few repairs that cannot change what a report says.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/limits.h"
#include "ingest/xml_gate.h"
#include "schema/result.h"

namespace ingest {

struct Repair {
  std::string_view note;      // code of schema/note.h
  schema::Position position;  // of the first change, in the text as it was when this repair began
  std::string detail;         // what stood there
};

struct GatedXml {
  std::string_view text;   // passed the gate
  XmlOutline outline;      // of `text`
  std::string_view whole;  // the text given, or what repairs made of it; `text` is a piece of it
  std::vector<Repair> repairs = {};
  std::unique_ptr<const std::string> storage = {};  // of `whole`, where it is not the text given

  std::size_t offset() const { return static_cast<std::size_t>(text.data() - whole.data()); }
  schema::Position position(std::size_t at) const { return position_at(whole, offset() + at); }
};

// The gate, and where it finds the document malformed these repairs, each on top of those before, until it passes:
// control characters are left out, text around the `feedback` element is cut off, bare '&' and entities of HTML become
// text, markup inside elements that hold text only becomes text. A document that passes at first is never touched, and
// one that ends too early is not completed. Errors: those of xml_gate(), of the document as it was given unless the
// repairs brought another kind to light.
schema::Result<GatedXml> gate_and_repair(std::string_view text, const Limits& limits);

}  // namespace ingest
