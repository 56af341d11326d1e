// The elements of a report as RFC 7489 appendix C and RFC 9990 appendix B define them, in one table.
#pragma once

#include <cstdint>
#include <string_view>

#include "schema/report.h"

namespace ingest {

inline constexpr std::string_view rfc7489_namespace = "http://dmarc.org/dmarc-xml/0.1";
inline constexpr std::string_view rfc9990_namespace = "urn:ietf:params:xml:ns:dmarc-2.0";

// How often an element may stand in its parent.
struct Times {
  int least, most;
};

enum class Holds : std::uint8_t { text, words, integer, elements, anything };

struct Content {
  Holds holds = Holds::text;
  std::string_view of = {};  // the words, each between blanks; or the type of the elements
};

struct ElementRule {
  std::string_view type;  // of the parent; "feedback" is that of the root, "record" that of each record
  std::string_view name;
  Times rfc7489, rfc9990;
  Content content7489 = {}, content9990 = {};
  std::string_view absence = {};  // how the code begins that readers note at the parent where it is missing
  std::string_view alias = {};    // its name in a draft, which readers note

  Times times(schema::Dialect dialect) const { return dialect == schema::Dialect::rfc7489 ? rfc7489 : rfc9990; }
  const Content& content(schema::Dialect dialect) const {
    return dialect == schema::Dialect::rfc7489 ? content7489 : content9990;
  }
};

// The elements of one parent, in the order of the RFC.
struct ElementRules {
  const ElementRule* first;
  const ElementRule* last;
  const ElementRule* begin() const { return first; }
  const ElementRule* end() const { return last; }
};
ElementRules rules_of(std::string_view type);

// Whether the elements of this type have an order; the others are sets.
bool is_sequence(std::string_view type, schema::Dialect dialect);

// Whether `text` is what an element with this content may hold.
bool allows(const Content& content, std::string_view text);

}  // namespace ingest
