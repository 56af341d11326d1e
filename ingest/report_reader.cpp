#include "ingest/report_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "ingest/report_values.h"
#include "ingest/xml_gate.h"

namespace ingest {
namespace {

// How well a child answers to a name.
enum class Match { no, foreign, other_case, alias, exact };

// Extensions may use our names with another meaning: they have a prefix that their parent has not, or a default
// namespace of their own (RFC 9990 section 3.1.1.7). They count only where nothing else answers to the name.
bool is_foreign(XmlNode child, XmlNode parent) {
  const auto prefix = child.prefix();
  return (!prefix.empty() && prefix != parent.prefix()) || (child.has_namespace() && !parent.has_namespace());
}

Match match(XmlNode child, XmlNode parent, std::initializer_list<std::string_view> names) {
  const auto local = child.local_name();
  Match found = Match::no;
  for (const std::string_view& name : names) {
    if (name.size() != local.size()) continue;
    if (name == local)
      found = &name == names.begin() ? Match::exact : Match::alias;
    else if (same_letters(name, local))
      found = Match::other_case;
    if (found != Match::no) break;
  }
  return found != Match::no && is_foreign(child, parent) ? Match::foreign : found;
}

// Everything an element says, to compare two of them: names and texts in document order.
void append_content(std::string& out, XmlNode node) {
  out += node.text();
  for (XmlNode child = node.first_child(); child; child = child.next_sibling()) {
    out += '<';
    out += child.local_name();
    out += '>';
    append_content(out, child);  // as deep as the gate allowed
    out += '<';
  }
}

std::string content(XmlNode node) {
  std::string out;
  append_content(out, node);
  return out;
}

}  // namespace

void ReportReader::set_text(const std::string& text, std::vector<Piece> pieces, std::string_view above) {
  text_ = text.data();
  pieces_ = std::move(pieces);
  above_ = above;
  noted_here_.clear();
}

std::size_t ReportReader::offset(XmlNode node) const {
  // Names lie where they were read, one byte behind their '<'.
  const std::size_t in_text = node ? static_cast<std::size_t>(node.name().data() - text_) : 0;
  const auto next = std::upper_bound(pieces_.begin(), pieces_.end(), in_text,
                                     [](std::size_t wanted, const Piece& piece) { return wanted < piece.in_piece; });
  if (next == pieces_.begin()) return in_text;
  return std::prev(next)->in_document + in_text - std::prev(next)->in_piece;
}

schema::Position ReportReader::position(XmlNode node) const {
  // From the beginning of the text, which is counted once: the notes of a million records take one pass.
  if (!pieces_.empty() && pieces_.front().in_document >= static_cast<std::size_t>(known_.byte))
    known_ = position_from(document_, known_, pieces_.front().in_document);
  return position_from(document_, known_, offset(node));
}

std::string ReportReader::path(XmlNode node) const {
  std::string out(node.local_name());
  for (node = node.parent(); node; node = node.parent()) out.insert(0, std::string(node.local_name()) + "/");
  return above_.empty() ? out : std::string(above_) + "/" + out;
}

void ReportReader::see(std::string_view code, XmlNode at, std::string_view detail, std::string_view missing) {
  if (inspection_ == nullptr) return;
  std::string element = path(at);
  if (!missing.empty()) (element += '/') += missing;
  constexpr std::size_t longest_detail = 256;
  inspection_->seen(
      {std::string(code), position(at), std::move(element), std::string(cut_text(detail, longest_detail))});
}

bool ReportReader::noted(XmlNode node, std::string_view code) const {
  const auto found = noted_here_.lower_bound({node.name().data(), code});
  return found != noted_here_.end() && found->first == node.name().data() &&
         found->second.substr(0, code.size()) == code;
}

tl::unexpected<schema::Error> ReportReader::malformed(std::string_view code, std::string message, XmlNode at) const {
  return schema::malformed(code, std::move(message), at ? std::optional(position(at)) : std::nullopt);
}

void ReportReader::note(std::string_view code, XmlNode at, std::string_view detail) {
  if (inspection_ != nullptr) {
    noted_here_.insert({at.name().data(), code});
    see(code, at, detail);
  }
  for (schema::Note& known : notes_)
    if (known.code == code) {  // of a million equal ones only the first needs its position
      ++known.count;
      return;
    }
  schema::add_note(notes_, code, position(at), detail);
}

void ReportReader::note_at(std::string_view code, schema::Position position, std::string_view detail) {
  if (inspection_ != nullptr) inspection_->seen({std::string(code), position, "", std::string(detail)});
  schema::add_note(notes_, code, position, detail);
}

void ReportReader::refuse(std::string_view code, std::string message, XmlNode at) {
  if (!refusal_) refusal_ = malformed(code, std::move(message), at).value();
}

XmlNode ReportReader::child(XmlNode parent, std::initializer_list<std::string_view> names, Repeated repeated) {
  XmlNode best;
  Match best_match = Match::no;
  bool several = false;
  for (XmlNode node = parent.first_child(); node; node = node.next_sibling()) {
    const Match found = match(node, parent, names);
    if (found == Match::no) continue;
    if (best_match == Match::no || (best_match == Match::foreign && found != Match::foreign)) {
      best = node;
      best_match = found;
      several = false;
    } else if (found != Match::foreign) {
      several = true;
    }
  }
  if (best_match == Match::alias) note("element_alias", best, best.local_name());
  if (best_match == Match::other_case) note("element_case", best, best.local_name());
  if (!several) return best;

  std::string said = content(best);
  for (XmlNode node = best.next_sibling(); node; node = node.next_sibling()) {
    const Match found = match(node, parent, names);
    if (found == Match::no || found == Match::foreign) continue;
    note("element_repeated", node, node.local_name());
    std::string says = content(node);
    if (says.empty() || says == said) continue;
    if (said.empty()) {
      best = node;
      said = std::move(says);
    } else if (repeated == Repeated::refused) {
      refuse("ambiguous_field", fmt::format("<{}> stands twice with different values", *names.begin()), node);
    }
  }
  return best;
}

std::vector<XmlNode> ReportReader::children(XmlNode parent, std::initializer_list<std::string_view> names) {
  std::vector<XmlNode> out;
  for (XmlNode node = parent.first_child(); node; node = node.next_sibling()) {
    const Match found = match(node, parent, names);
    if (found == Match::no || found == Match::foreign) continue;
    if (found == Match::other_case) note("element_case", node, node.local_name());
    out.push_back(node);
  }
  return out;
}

std::string_view ReportReader::text(XmlNode node) {
  if (!node) return {};
  if (node.first_child()) note("markup_in_text", node.first_child(), node.first_child().local_name());
  return node.text();
}

std::string_view ReportReader::child_text(XmlNode parent, std::initializer_list<std::string_view> names,
                                          Repeated repeated) {
  return text(child(parent, names, repeated));
}

std::string ReportReader::free_text(XmlNode node) {
  return limited(text(node), limits.text_bytes, node);
}

std::string ReportReader::limited(std::string_view value, std::size_t limit, XmlNode at) {
  if (value.size() > limit) note("text_cut", at, at.local_name());
  return std::string(cut_text(value, limit));
}

void ReportReader::expect_no_text(XmlNode container) {
  if (!container.text().empty()) note("stray_text", container, container.text());
}

}  // namespace ingest
