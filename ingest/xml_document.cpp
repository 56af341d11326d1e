#include "ingest/xml_document.h"

#include <pugixml.hpp>

#include "ingest/report_values.h"
#include "ingest/xml_gate.h"

namespace ingest {
namespace {

pugi::xml_node next_element(pugi::xml_node node) {
  while (node && node.type() != pugi::node_element) node = node.next_sibling();
  return node;
}

bool is_text(pugi::xml_node node) {
  return node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata;
}

std::string_view joined_text(pugi::xml_node node, std::deque<std::string>& joined) {
  std::string_view text = node.value();  // the first piece, where no element stands before it
  bool several = false;
  for (pugi::xml_node child = node.first_child(); child; child = child.next_sibling()) {
    if (!is_text(child)) continue;
    if (text.empty()) {
      text = child.value();
      continue;
    }
    if (!several) joined.emplace_back(text);
    several = true;
    text = joined.back() += child.value();
  }
  return trim(text);
}

XmlElement element_of(pugi::xml_node node, std::deque<std::string>& joined) {
  XmlElement out;
  out.name = node.name();
  out.prefix_bytes = static_cast<std::uint32_t>(out.name.size() - local_name(out.name).size());
  out.text = joined_text(node, joined);
  out.has_children = !next_element(node.first_child()).empty();
  if (node.first_attribute()) out.has_namespace = *node.attribute("xmlns").value() != '\0';
  return out;
}

}  // namespace

struct XmlDocument::Tree {
  pugi::xml_document document;
};

XmlDocument::XmlDocument() : tree_(std::make_unique<Tree>()) {}
XmlDocument::~XmlDocument() = default;

XmlNode XmlDocument::read(std::string& text) {
  elements_.clear();
  joined_.clear();
  constexpr unsigned options = pugi::parse_default | pugi::parse_embed_pcdata;
  const auto result = tree_->document.load_buffer_inplace(text.data(), text.size(), options, pugi::encoding_utf8);
  const pugi::xml_node root = tree_->document.document_element();
  // Exactly one root: the gate has seen to it, so that another would be a document that the library reads differently.
  if (result.status != pugi::status_ok || !root || next_element(root.next_sibling())) return XmlNode();

  std::size_t parent = 0;  // index of the parent of `node`, but for the root
  for (pugi::xml_node node = root; node;) {
    const std::size_t index = elements_.size();
    elements_.push_back(element_of(node, joined_));
    elements_.back().parent = static_cast<std::uint32_t>(index - parent);
    if (elements_.back().has_children) {
      parent = index;
      node = next_element(node.first_child());
      continue;
    }
    // The next element in document order: a sibling of this one, or of the nearest of its ancestors that has one.
    std::size_t last = index;
    while (node != root && !next_element(node.next_sibling())) {
      node = node.parent();
      last = last == index ? parent : last - elements_[last].parent;
    }
    if (node == root) break;
    node = next_element(node.next_sibling());
    parent = last - elements_[last].parent;
    elements_[last].next = static_cast<std::uint32_t>(elements_.size() - last);
  }
  return XmlNode(elements_.data());
}

std::string_view XmlDocument::root_namespace() const {
  if (elements_.empty()) return {};
  const std::string prefix(XmlNode(elements_.data()).prefix());
  const std::string attribute = prefix.empty() ? "xmlns" : "xmlns:" + prefix;
  return tree_->document.document_element().attribute(attribute.c_str()).value();
}

}  // namespace ingest
