// A piece of XML as a tree. xml_document.cpp is the one file that sees pugixml.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace ingest {

// An element of an XmlDocument; a view that costs nothing to copy, valid until the document reads its next piece.
class XmlNode {
 public:
  XmlNode() = default;
  explicit operator bool() const { return node_ != nullptr; }
  bool operator==(const XmlNode&) const = default;

  XmlNode parent() const;
  XmlNode first_child() const;  // elements only
  XmlNode next_sibling() const;

  std::string_view name() const;        // "ns1:feedback"
  std::string_view local_name() const;  // "feedback"
  std::string_view prefix() const;      // "ns1", or empty

  // The text of the element itself, all pieces of it (sections, around comments and elements) joined, without blanks
  // at both ends. Into the document, or into `buffer` where it had to be joined.
  std::string_view text(std::string& buffer) const;
  bool has_text() const;  // other than blanks

  // The value of an attribute with this very name, empty where there is none.
  std::string_view attribute(std::string_view name) const;
  // Whether it declares a default namespace of its own.
  bool has_namespace() const;

  // Of the name of the element in the piece that was read.
  std::size_t offset() const;

 private:
  friend class XmlDocument;
  explicit XmlNode(void* node) : node_(node) {}
  void* node_ = nullptr;
};

class XmlDocument {
 public:
  XmlDocument();
  ~XmlDocument();
  XmlDocument(const XmlDocument&) = delete;
  XmlDocument& operator=(const XmlDocument&) = delete;

  // Reads `text`, a piece with one root element that passed xml_gate(), in place of what was read before. Its bytes
  // are changed, and must stay as long as the tree is used. Returns the root, none where the library cannot read it.
  XmlNode read(std::string& text);

 private:
  struct Tree;
  std::unique_ptr<Tree> tree_;
};

}  // namespace ingest
