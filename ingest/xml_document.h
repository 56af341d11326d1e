// A piece of XML as a tree of elements. xml_document.cpp is the one file that sees pugixml.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ingest {

// An element as it is kept: in document order, each before its children, so that links are distances.
struct XmlElement {
  std::string_view name;           // "ns1:feedback"
  std::string_view text;           // of the element itself, all pieces joined, trimmed
  std::uint32_t prefix_bytes = 0;  // of the name, with the colon
  std::uint32_t parent = 0;        // so many elements before it; 0: none
  std::uint32_t next = 0;          // sibling, so many elements behind it; 0: none
  bool has_children = false;       // the first is the next element
  bool has_namespace = false;
};

// A view of an element that costs nothing to copy, valid until its document reads the next piece. The view of no
// element is false, and has neither name nor text nor children.
class XmlNode {
 public:
  XmlNode() = default;
  explicit operator bool() const { return element_ != nullptr; }
  bool operator==(const XmlNode&) const = default;

  XmlNode first_child() const { return element_ && element_->has_children ? XmlNode(element_ + 1) : XmlNode(); }
  XmlNode next_sibling() const { return element_ && element_->next ? XmlNode(element_ + element_->next) : XmlNode(); }
  XmlNode parent() const { return element_ && element_->parent ? XmlNode(element_ - element_->parent) : XmlNode(); }

  std::string_view name() const { return element_ ? element_->name : std::string_view(); }
  // "feedback" and "ns1" of "ns1:feedback".
  std::string_view local_name() const { return element_ ? name().substr(element_->prefix_bytes) : std::string_view(); }
  std::string_view prefix() const {
    return element_ && element_->prefix_bytes ? name().substr(0, element_->prefix_bytes - 1) : std::string_view();
  }
  // The text of the element itself, without that of its children: all pieces of it (sections, around comments and
  // elements) joined, without blanks at both ends.
  std::string_view text() const { return element_ ? element_->text : std::string_view(); }
  // Whether it declares a default namespace of its own.
  bool has_namespace() const { return element_ && element_->has_namespace; }

 private:
  friend class XmlDocument;
  explicit XmlNode(const XmlElement* element) : element_(element) {}
  const XmlElement* element_ = nullptr;
};

class XmlDocument {
 public:
  XmlDocument();
  ~XmlDocument();
  XmlDocument(const XmlDocument&) = delete;
  XmlDocument& operator=(const XmlDocument&) = delete;

  // Reads `text`, a piece with one root element that passed xml_gate(), in place of what was read before. Its bytes
  // are changed, and must stay as long as the nodes are used. Returns the root, none where the library cannot read it.
  XmlNode read(std::string& text);

  // The namespace that the root declares for itself, empty where it declares none.
  std::string_view root_namespace() const;

 private:
  struct Tree;
  std::unique_ptr<Tree> tree_;
  std::vector<XmlElement> elements_;
  std::deque<std::string> joined_;  // texts of several pieces
};

}  // namespace ingest
