#include "ingest/xml_repair.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "ingest/html_entities.h"
#include "ingest/report_values.h"

namespace ingest {
namespace {

constexpr auto none = std::string_view::npos;

// What a repair makes of a text; `first` is the offset of the first change.
struct Changed {
  std::string text;
  std::string_view note;
  std::size_t first = none;
};

// A line of the text from `at` on, short enough to be shown.
std::string around(std::string_view text, std::size_t at) {
  std::string out(cut_text(text.substr(at), 40));
  out.resize(std::min(out.find_first_of("\r\n"), out.size()));
  out.erase(std::remove_if(out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }),
            out.end());
  return out;
}

// Where the next tag with the local name `feedback` begins: a start tag, or an end tag.
std::size_t find_feedback(std::string_view text, std::size_t from, bool end_tag) {
  for (auto at = text.find('<', from); at != none; at = text.find('<', at + 1)) {
    const bool is_end_tag = text.substr(at + 1, 1) == "/";
    const std::size_t begin = at + 1 + (is_end_tag ? 1 : 0);
    if (is_end_tag == end_tag &&
        same_letters(local_name(text.substr(begin, name_end(text, begin) - begin)), "feedback"))
      return at;
  }
  return none;
}

// From the first `<...feedback` to behind the last `</...feedback>`. None where that would cut off another report or a
// part of one.
std::optional<Span> slice(std::string_view text) {
  const auto begin = find_feedback(text, 0, false);
  if (begin == none) return std::nullopt;
  const auto last_tag = find_feedback(text, begin, true);
  const auto end = last_tag == none ? none : text.find('>', last_tag);
  if (end == none) return std::nullopt;
  const bool another = find_feedback(text.substr(0, begin), 0, true) != none ||
                       find_feedback(text, end, false) != none || find_feedback(text, end, true) != none;
  if (another) return std::nullopt;
  return Span{begin, end + 1};
}

Changed without_controls(std::string_view text) {
  Changed out{{}, "control_characters"};
  out.text.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t control = at + find_control(text.substr(at));
    if (control < text.size()) out.first = std::min(out.first, control);
    out.text.append(text, at, control - at);
    at = control + 1;
  }
  return out;
}

// One past a comment, a section of text or an instruction that begins at `at`; `at` where none begins there.
std::size_t skip_verbatim(std::string_view text, std::size_t at) {
  struct Delimiters {
    std::string_view open, close;
  };
  for (const auto& [open, close] : {Delimiters{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}}) {
    if (text.substr(at, open.size()) != open) continue;
    const auto end = text.find(close, at + open.size());
    return end == none ? text.size() : end + close.size();
  }
  return at;
}

bool is_name_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// What "&name;" at `at` stands for: whether XML knows it, and how long it is; no length where it is no reference.
struct Reference {
  std::size_t length = 0;
  bool of_xml = false;
  std::string_view name = {};
};

Reference reference_at(std::string_view text, std::size_t at) {
  constexpr std::size_t longest = 32;
  const std::string_view rest = text.substr(at + 1, longest);
  const auto semicolon = rest.find(';');
  if (semicolon == none || semicolon == 0) return {};
  const std::string_view name = rest.substr(0, semicolon);
  const std::size_t length = semicolon + 2;
  if (name[0] == '#') return {length, true, name};  // whether it may stand is for the gate to say
  if (!std::all_of(name.begin(), name.end(), is_name_letter)) return {};
  for (const std::string_view known : {"amp", "lt", "gt", "quot", "apos"})
    if (name == known) return {length, true, name};
  return {length, false, name};
}

struct Ampersands {
  std::string text;
  std::size_t first_bare = none;
  std::size_t first_entity = none;
};

// Bare '&' and entities of HTML, both in one pass.
Ampersands with_ampersands(std::string_view text) {
  Ampersands out;
  out.text.reserve(text.size() + 64);
  std::size_t copied = 0;
  for (auto at = text.find_first_of("<&"); at != none; at = text.find_first_of("<&", at)) {
    if (text[at] == '<') {
      at = std::max(skip_verbatim(text, at), at + 1);
      continue;
    }
    const Reference reference = reference_at(text, at);
    if (reference.of_xml) {
      at += reference.length;
      continue;
    }
    out.text.append(text, copied, at - copied);
    if (reference.length == 0) {
      out.first_bare = std::min(out.first_bare, at);
      out.text += "&amp;";
      at += 1;
    } else {
      out.first_entity = std::min(out.first_entity, at);
      const std::string_view character = html_entity(reference.name);
      out.text += character.empty() ? "?" : character;
      at += reference.length;
    }
    copied = at;
  }
  out.text.append(text, copied, none);
  return out;
}

// Elements that hold nothing but text which strangers write (RFC 9990 appendix B).
constexpr auto text_elements = std::to_array<std::string_view>(
    {"email", "org_name", "extra_contact_info", "report_id", "generator", "error", "comment", "human_result",
     "selector", "header_from", "envelope_from", "envelope_to"});

// Where the next end tag of each of them stands. Each is looked for once, however often it is asked for.
class EndTags {
 public:
  explicit EndTags(std::string_view text) : text_(text) { next_.fill(0); }

  // none where there is no such element, or no end tag for it from `from` on.
  std::size_t find(std::string_view element, std::size_t from) {
    for (std::size_t i = 0; i < text_elements.size(); ++i) {
      if (!same_letters(text_elements[i], element)) continue;
      if (next_[i] < from || next_[i] == 0) next_[i] = look_for(element, from);
      return next_[i];
    }
    return none;
  }

 private:
  std::size_t look_for(std::string_view element, std::size_t from) const {
    for (auto at = text_.find("</", from); at != none; at = text_.find("</", at + 2)) {
      const std::size_t end = name_end(text_, at + 2);
      if (same_letters(local_name(text_.substr(at + 2, end - at - 2)), element)) return at;
    }
    return none;
  }

  const std::string_view text_;
  std::array<std::size_t, text_elements.size()> next_;
};

// `<email><a@b.example></email>`: every '<' up to the end tag is text.
Changed with_escaped_markup(std::string_view text) {
  Changed out{{}, "markup_escaped"};
  out.text.reserve(text.size() + 64);
  EndTags end_tags(text);
  std::size_t copied = 0;
  for (auto tag = text.find('<'); tag != none; tag = text.find('<', tag)) {
    if (const auto behind = skip_verbatim(text, tag); behind != tag) {
      tag = behind;
      continue;
    }
    const std::size_t end = name_end(text, tag + 1);
    const auto content = text.find('>', end);
    const auto close = content == none || text[content - 1] == '/'
                           ? none
                           : end_tags.find(local_name(text.substr(tag + 1, end - tag - 1)), content);
    tag = std::max(end, tag + 1);
    if (close == none) continue;
    for (auto at = text.find('<', content); at < close; at = text.find('<', at)) {
      if (const auto behind = skip_verbatim(text, at); behind != at) {
        at = behind;
        continue;
      }
      out.first = std::min(out.first, at);
      out.text.append(text, copied, at - copied);
      out.text += "&lt;";
      copied = ++at;
    }
    tag = close;
  }
  out.text.append(text, copied, none);
  return out;
}

bool is_repairable(const schema::Error& error) {
  return error.code == "xml_malformed" || error.code == "xml_truncated";
}

// The text as far as it is repaired, and the gate's opinion of it.
class RepairShop {
 public:
  RepairShop(std::string_view text, const Limits& limits) : limits_(limits), whole_(text), text_(text) { inspect(); }

  std::string_view text() const { return text_; }
  bool wants_more() const { return !outline_ && is_repairable(outline_.error()); }

  void take(Changed changed) {
    if (changed.first == none) return;
    note(changed.note, changed.first);
    replace(std::move(changed.text));
    inspect();
  }

  void take_ampersands() {
    Ampersands changed = with_ampersands(text_);
    if (changed.first_bare != none) note("bare_ampersand", changed.first_bare);
    if (changed.first_entity != none) note("html_entity", changed.first_entity);
    if (std::min(changed.first_bare, changed.first_entity) == none) return;
    replace(std::move(changed.text));
    inspect();
  }

  void take_slice() {
    const auto piece = slice(text_);
    if (!piece || (piece->begin == 0 && piece->end == text_.size())) return;
    // The declaration and blanks belong there and are nothing that was lost.
    note_junk("junk_before", 0, piece->begin);
    note_junk("junk_after", piece->end, text_.size());
    text_ = text_.substr(piece->begin, piece->end - piece->begin);
    inspect();
  }

  schema::Result<GatedXml> result() && {
    if (!outline_) return schema::unexpected(std::move(outline_.error()));
    return GatedXml{text_, std::move(*outline_), whole_, std::move(repairs_), std::move(storage_)};
  }
  const schema::Result<XmlOutline>& outline() const { return outline_; }

 private:
  void inspect() {
    outline_ = xml_gate(text_, limits_);
    if (!outline_ && outline_.error().position)
      outline_.error().position = position(static_cast<std::size_t>(outline_.error().position->byte));
  }

  schema::Position position(std::size_t at) const {
    return position_at(whole_, static_cast<std::size_t>(text_.data() - whole_.data()) + at);
  }

  void replace(std::string text) {
    storage_ = std::make_unique<const std::string>(std::move(text));
    whole_ = text_ = *storage_;
  }

  void note(std::string_view code, std::size_t at) { repairs_.push_back({code, position(at), around(text_, at)}); }

  void note_junk(std::string_view code, std::size_t begin, std::size_t end) {
    while (begin < end) {
      begin = std::min(text_.find_first_not_of(" \t\r\n", begin), end);
      if (text_.substr(begin, 3) == "\xEF\xBB\xBF") begin += 3;
      const auto behind = text_.substr(begin, 5) == "<?xml" ? skip_verbatim(text_, begin) : begin;
      if (behind == begin && begin < end) return note(code, begin);
      begin = behind;
    }
  }

  const Limits& limits_;
  std::string_view whole_;
  std::string_view text_;
  std::unique_ptr<const std::string> storage_;
  std::vector<Repair> repairs_;
  schema::Result<XmlOutline> outline_ = XmlOutline{};
};

}  // namespace

schema::Result<GatedXml> gate_and_repair(std::string_view text, const Limits& limits) {
  RepairShop shop(text, limits);
  if (!shop.wants_more()) return std::move(shop).result();
  schema::Error first = shop.outline().error();

  shop.take(without_controls(text));
  if (shop.wants_more()) shop.take_slice();
  if (shop.wants_more()) shop.take_ampersands();
  if (shop.wants_more()) shop.take(with_escaped_markup(shop.text()));
  // What the gate said last may be new (a DOCTYPE behind a control character); else the first word is the best.
  const bool same_kind = !shop.outline() && shop.outline().error().code == "xml_malformed";
  if (same_kind) return schema::unexpected(std::move(first));
  return std::move(shop).result();
}

}  // namespace ingest
