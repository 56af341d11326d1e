#include "ingest/xml_document.h"

#include <pugixml.hpp>

#include "ingest/xml_gate.h"

namespace ingest {
namespace {

pugi::xml_node tree_node(void* node) {
  return pugi::xml_node(static_cast<pugi::xml_node_struct*>(node));
}

void* first_element(pugi::xml_node node) {
  while (node && node.type() != pugi::node_element) node = node.next_sibling();
  return node.internal_object();
}

bool is_text(pugi::xml_node node) {
  return node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

XmlNode XmlNode::parent() const {
  const pugi::xml_node parent = tree_node(node_).parent();
  return XmlNode(parent.type() == pugi::node_element ? parent.internal_object() : nullptr);
}

XmlNode XmlNode::first_child() const {
  return XmlNode(first_element(tree_node(node_).first_child()));
}

XmlNode XmlNode::next_sibling() const {
  return XmlNode(first_element(tree_node(node_).next_sibling()));
}

std::string_view XmlNode::name() const {
  return tree_node(node_).name();
}

std::string_view XmlNode::local_name() const {
  return ingest::local_name(name());
}

std::string_view XmlNode::prefix() const {
  const auto qualified = name();
  const auto colon = qualified.rfind(':');
  return colon == qualified.npos ? std::string_view() : qualified.substr(0, colon);
}

std::string_view XmlNode::text(std::string& buffer) const {
  const pugi::xml_node node = tree_node(node_);
  std::string_view joined = node.value();  // the first piece, where no element stands before it
  bool buffered = false;
  for (pugi::xml_node child = node.first_child(); child; child = child.next_sibling()) {
    if (!is_text(child)) continue;
    if (joined.empty()) {
      joined = child.value();
      continue;
    }
    if (!buffered) buffer = joined;
    buffered = true;
    buffer += child.value();
    joined = buffer;
  }
  return trimmed(joined);
}

bool XmlNode::has_text() const {
  const pugi::xml_node node = tree_node(node_);
  if (!trimmed(node.value()).empty()) return true;
  for (pugi::xml_node child = node.first_child(); child; child = child.next_sibling())
    if (is_text(child) && !trimmed(child.value()).empty()) return true;
  return false;
}

std::string_view XmlNode::attribute(std::string_view name) const {
  for (const pugi::xml_attribute& attribute : tree_node(node_).attributes())
    if (attribute.name() == name) return attribute.value();
  return {};
}

bool XmlNode::has_namespace() const {
  return !tree_node(node_).first_attribute().empty() && !attribute("xmlns").empty();
}

std::size_t XmlNode::offset() const {
  const std::ptrdiff_t offset = tree_node(node_).offset_debug();
  return offset < 0 ? 0 : static_cast<std::size_t>(offset);
}

struct XmlDocument::Tree {
  pugi::xml_document document;
};

XmlDocument::XmlDocument() : tree_(std::make_unique<Tree>()) {}
XmlDocument::~XmlDocument() = default;

XmlNode XmlDocument::read(std::string& text) {
  constexpr unsigned options = pugi::parse_default | pugi::parse_embed_pcdata;
  const pugi::xml_parse_result result =
      tree_->document.load_buffer_inplace(text.data(), text.size(), options, pugi::encoding_utf8);
  if (result.status != pugi::status_ok) return XmlNode();
  const pugi::xml_node root = tree_->document.document_element();
  // Exactly one root: the gate has seen to it, so that another would be a document that the library reads differently.
  if (first_element(root.next_sibling()) != nullptr) return XmlNode();
  return XmlNode(root.internal_object());
}

}  // namespace ingest
