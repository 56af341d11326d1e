#include "ingest/xml_document.h"

#include <pugixml.hpp>

#include "ingest/report_values.h"
#include "ingest/xml_gate.h"

namespace ingest {
namespace {

bool is_text(pugi::xml_node_type type) {
  return type == pugi::node_pcdata || type == pugi::node_cdata;
}

}  // namespace

struct XmlDocument::Tree {
  pugi::xml_document document;

  // The element and all below it, each visited once: every call of the library costs as much as a comparison of names.
  // As deep as the gate allowed.
  static void add(pugi::xml_node node, std::size_t parent, std::vector<XmlElement>& elements,
                  std::deque<std::string>& joined) {
    const std::size_t index = elements.size();
    XmlElement& element = elements.emplace_back();
    element.name = node.name();
    element.prefix_bytes = static_cast<std::uint32_t>(element.name.size() - local_name(element.name).size());
    element.parent = static_cast<std::uint32_t>(index - parent);
    if (node.first_attribute()) element.has_namespace = *node.attribute("xmlns").value() != '\0';

    std::string_view text = node.value();  // the first piece, where no element stands before it
    std::string* pieces = nullptr;
    std::size_t last_child = index;
    for (pugi::xml_node child = node.first_child(); child; child = child.next_sibling()) {
      const auto type = child.type();
      if (type == pugi::node_element) {
        const std::size_t at = elements.size();
        if (last_child == index) {
          elements[index].has_children = true;
        } else {
          elements[last_child].next = static_cast<std::uint32_t>(at - last_child);
        }
        last_child = at;
        add(child, index, elements, joined);
      } else if (is_text(type) && text.empty()) {
        text = child.value();
      } else if (is_text(type)) {
        if (pieces == nullptr) pieces = &joined.emplace_back(text);
        text = *pieces += child.value();
      }
    }
    elements[index].text = trim(text);
  }
};

XmlDocument::XmlDocument() : tree_(std::make_unique<Tree>()) {}
XmlDocument::~XmlDocument() = default;

XmlNode XmlDocument::read(std::string& text) {
  elements_.clear();
  joined_.clear();
  constexpr unsigned options = pugi::parse_default | pugi::parse_embed_pcdata;
  const auto result = tree_->document.load_buffer_inplace(text.data(), text.size(), options, pugi::encoding_utf8);
  if (result.status != pugi::status_ok) return XmlNode();
  pugi::xml_node root;
  for (pugi::xml_node node = tree_->document.first_child(); node; node = node.next_sibling()) {
    if (node.type() != pugi::node_element) continue;
    // Exactly one root: the gate has seen to it, so that another would be a document that the library reads
    // differently.
    if (root) return XmlNode();
    root = node;
  }
  if (!root) return XmlNode();
  tree_->add(root, 0, elements_, joined_);
  return XmlNode(elements_.data());
}

std::string_view XmlDocument::root_namespace() const {
  if (elements_.empty()) return {};
  const std::string prefix(XmlNode(elements_.data()).prefix());
  const std::string attribute = prefix.empty() ? "xmlns" : "xmlns:" + prefix;
  return tree_->document.document_element().attribute(attribute.c_str()).value();
}

}  // namespace ingest
