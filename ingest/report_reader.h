// What reading one report needs to remember, and how its elements are found: by local name, in any order, whatever
// their namespace.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/inspection.h"
#include "ingest/limits.h"
#include "ingest/xml_document.h"
#include "schema/note.h"
#include "schema/result.h"

namespace ingest {

// A piece of the document that is read as a tree: where its bytes stand in the document.
struct Piece {
  std::size_t in_piece = 0;
  std::size_t in_document = 0;
};

// What is done with a single-value element that stands twice with different values.
enum class Repeated {
  refused,    // it says who, when, how many or with which result: nobody can know which one is meant
  first_kept  // a detail: the first is kept, with a note
};

class ReportReader {
 public:
  // Positions are those within `document`. All must outlive this. `inspection`: is told of each occurrence of a note.
  ReportReader(std::string_view document, const Limits& document_limits, const Inspection* inspection = nullptr)
      : limits(document_limits), document_(document), inspection_(inspection) {}

  const Limits& limits;

  // The text that is read as a tree from now on, the pieces, in order, of which it is made, and the element that its
  // root stands in, if any. Texts are read in the order of their first pieces.
  void set_text(const std::string& text, std::vector<Piece> pieces, std::string_view above = {});

  // Equal ones are counted as one.
  void note(std::string_view code, XmlNode at, std::string_view detail = {});
  void note_at(std::string_view code, schema::Position position, std::string_view detail);
  schema::Notes take_notes() { return std::move(notes_); }

  // Tells the inspection alone; `missing` names a child of the element that is not there.
  void see(std::string_view code, XmlNode at, std::string_view detail = {}, std::string_view missing = {});
  // Whether, during an inspection, a note whose code begins with `code` was taken at this element of the text.
  bool noted(XmlNode node, std::string_view code = {}) const;

  schema::Position position(XmlNode node) const;
  tl::unexpected<schema::Error> malformed(std::string_view code, std::string message, XmlNode at) const;

  // The first thing found that no report may have; later ones change nothing.
  void refuse(std::string_view code, std::string message, XmlNode at);
  const std::optional<schema::Error>& refusal() const { return refusal_; }

  // The child of `parent` with one of these names (the first name is the right one, others are aliases); none where
  // there is no such. Where there are several, empty ones do not count and equal ones are one.
  XmlNode child(XmlNode parent, std::initializer_list<std::string_view> names, Repeated repeated);
  // All of them, in order.
  std::vector<XmlNode> children(XmlNode parent, std::initializer_list<std::string_view> names);

  // The text of a node, trimmed; empty for no node.
  std::string_view text(XmlNode node);
  // child() and text().
  std::string_view child_text(XmlNode parent, std::initializer_list<std::string_view> names,
                              Repeated repeated = Repeated::refused);
  // A text for people, cut at limits.text_bytes with a note.
  std::string free_text(XmlNode node);
  // Cut at `limit` with a note.
  std::string limited(std::string_view value, std::size_t limit, XmlNode at);

  // Notes text between the children of an element that has no text of its own.
  void expect_no_text(XmlNode container);

 private:
  std::size_t offset(XmlNode node) const;
  std::string path(XmlNode node) const;

  const std::string_view document_;
  const Inspection* const inspection_;
  const char* text_ = nullptr;
  std::vector<Piece> pieces_;
  std::string_view above_;
  mutable schema::Position known_ = {1, 1, 0};                     // where the text begins, or before it
  std::set<std::pair<const char*, std::string_view>> noted_here_;  // name and code; of inspected texts
  schema::Notes notes_;
  std::optional<schema::Error> refusal_;
};

}  // namespace ingest
