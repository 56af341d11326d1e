#include "ingest/xml_gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

namespace ingest {
namespace {

using schema::Error;
using schema::ErrorKind;

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// 1: may begin a name, 2: may go on in one. All beyond ASCII may, which is more than XML allows and harmless.
constexpr std::array<std::uint8_t, 256> name_bytes = [] {
  std::array<std::uint8_t, 256> table{};
  for (unsigned c = 0; c < 256; ++c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' || c >= 0x80;
    table[c] = letter ? 3 : (c >= '0' && c <= '9') || c == '-' || c == '.' ? 2 : 0;
  }
  return table;
}();

constexpr bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

// XML 1.0 section 2.2, production Char.
constexpr bool is_xml_char(std::uint32_t c) {
  return c == 0x9 || c == 0xa || c == 0xd || (c >= 0x20 && c <= 0xd7ff) || (c >= 0xe000 && c <= 0xfffd) ||
         (c >= 0x10000 && c <= 0x10ffff);
}

// A name for a message: names are made of letters, but may be long.
std::string_view shown(std::string_view name) {
  return name.size() <= 64 ? name : std::string_view("a long name");
}

class Gate {
 public:
  Gate(std::string_view text, const Limits& limits) : text_(text), limits_(limits) { open_.reserve(limits.xml_depth); }

  schema::Result<XmlOutline> run() {
    const std::size_t control = find_control(text_);
    if (control != text_.size())
      refuse(control, "xml_malformed",
             fmt::format("the control character U+{:04X} is not allowed", static_cast<unsigned>(text_[control])));
    skip_front();
    while (!error_ && at_ < text_.size()) step();
    if (!error_) finish();
    if (error_) return schema::unexpected(std::move(*error_));
    return std::move(outline_);
  }

 private:
  // An element that was opened: its name and where its tag begins.
  struct Open {
    std::string_view name;
    std::size_t begin;
  };

  void refuse(std::size_t at, std::string_view code, std::string message, ErrorKind kind = ErrorKind::malformed) {
    if (!error_) error_ = Error{kind, std::string(code), std::move(message), position_at(text_, at)};
  }
  void refuse_size(std::size_t at, std::string_view code, std::string message) {
    refuse(at, code, std::move(message), ErrorKind::too_large);
  }
  void truncated() {
    const std::string where = open_.empty() ? std::string("before its root element ends")
                                            : fmt::format("inside <{}>", shown(open_.back().name));
    refuse(text_.size(), "xml_truncated", "the document ends " + where);
  }

  void skip_front() {
    if (text_.substr(0, byte_order_mark.size()) == byte_order_mark) at_ = byte_order_mark.size();
    const auto first = std::min(text_.find_first_not_of(blanks, at_), text_.size());
    outline_.leading_blanks = first != at_ && text_.substr(first, 5) == "<?xml";
    at_ = first;
  }

  // From one '<' to the next: the text before it, then the tag, comment, section or instruction.
  void step() {
    const void* found = std::memchr(text_.data() + at_, '<', text_.size() - at_);
    const std::size_t tag =
        found == nullptr ? text_.size() : static_cast<std::size_t>(static_cast<const char*>(found) - text_.data());
    check_content(at_, tag);
    if (error_ || tag == text_.size()) {
      at_ = text_.size();
      return;
    }
    if (tag + 1 == text_.size()) return truncated();
    switch (text_[tag + 1]) {
      case '/':
        return end_tag(tag);
      case '!':
        return declaration(tag);
      case '?':
        return skip_to(tag, 2, "?>");
      default:
        return start_tag(tag);
    }
  }

  void finish() {
    if (open_.empty() && root_seen_) return;
    if (!root_seen_ && open_.empty() && text_.find('<') == text_.npos)
      return refuse(0, "xml_malformed", "the document contains no element");
    truncated();
  }

  void check_content(std::size_t begin, std::size_t end) {
    if (open_.empty()) {
      const auto stray = text_.find_first_not_of(blanks, begin);
      if (stray < end)
        refuse(stray, "xml_malformed",
               root_seen_ ? "there is text after the root element" : "there is text before the root element");
      return;
    }
    check_references(begin, end);
  }

  // Every '&' in [begin, end) begins one of the five entities or a reference to an allowed character.
  void check_references(std::size_t begin, std::size_t end) {
    while (!error_) {
      if (ampersand_ < begin) ampersand_ = std::min(text_.find('&', begin), text_.size());
      if (ampersand_ >= end) return;
      check_reference(ampersand_, end);
      begin = ampersand_ + 1;
    }
  }

  void check_reference(std::size_t at, std::size_t end) {
    constexpr std::size_t longest = 64;
    const std::string_view rest = text_.substr(at + 1, std::min(longest, end - at - 1));
    const auto semicolon = rest.find(';');
    if (semicolon == rest.npos) {
      // At the end of the document it may have been cut off rather than left bare: the end decides.
      if (at + 1 + rest.size() < text_.size()) refuse(at, "xml_malformed", "an '&' is not written as '&amp;'");
      return;
    }
    const std::string_view name = rest.substr(0, semicolon);
    for (const std::string_view known : {"amp", "lt", "gt", "quot", "apos"})
      if (name == known) return;
    if (name.size() < 2 || name[0] != '#') return refuse(at, "xml_malformed", "an entity is not defined");
    const bool hex = name[1] == 'x';
    const std::string_view digits = name.substr(hex ? 2 : 1);
    std::uint32_t value = 0;
    const auto [stop, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
    const bool whole = stop == digits.data() + digits.size() && !digits.empty();
    if (!whole) return refuse(at, "xml_malformed", "a character reference is broken");
    if (failure != std::errc() || !is_xml_char(value))
      refuse(at, "xml_illegal_char", fmt::format("the character reference &{}; is not allowed", name));
  }

  // Comments and instructions may stand anywhere.
  void skip_to(std::size_t tag, std::size_t opening, std::string_view closing) {
    const auto end = text_.find(closing, tag + opening);
    if (end == text_.npos) return truncated();
    at_ = end + closing.size();
  }

  void declaration(std::size_t tag) {
    const std::string_view rest = text_.substr(tag);
    constexpr std::string_view comment = "<!--", section = "<![CDATA[";
    if (rest.substr(0, comment.size()) == comment) return skip_to(tag, comment.size(), "-->");
    if (rest.substr(0, section.size()) == section) {
      if (open_.empty()) return refuse(tag, "xml_malformed", "there is text outside of the root element");
      return skip_to(tag, section.size(), "]]>");
    }
    for (const std::string_view word : {"DOCTYPE", "ENTITY", "ELEMENT", "ATTLIST", "NOTATION"})
      if (same_letters(rest.substr(2, word.size()), word))
        return refuse(tag, "xml_doctype", fmt::format("the document has a <!{}", word));
    for (const std::string_view whole : {comment, section})
      if (whole.substr(0, rest.size()) == rest) return truncated();
    refuse(tag, "xml_malformed", "a '<!' begins neither a comment nor a section of text");
  }

  void end_tag(std::size_t tag) {
    const std::size_t end = name_end(text_, tag + 2);
    const std::string_view name = text_.substr(tag + 2, end - tag - 2);
    std::size_t close = end;
    while (close < text_.size() && is_blank(text_[close])) ++close;
    if (close == text_.size()) return truncated();
    if (text_[close] != '>' || name.empty()) return refuse(tag, "xml_malformed", "an end tag is broken");
    if (open_.empty())
      return refuse(tag, "xml_malformed", fmt::format("</{}> ends an element that was not begun", shown(name)));
    if (open_.back().name != name)
      return refuse(tag, "xml_malformed",
                    fmt::format("</{}> stands where </{}> should", shown(name), shown(open_.back().name)));
    at_ = close + 1;
    close_element();
  }

  void close_element() {
    const Open element = open_.back();
    open_.pop_back();
    if (open_.empty())
      outline_.root.end = at_;
    else if (open_.size() == 1 && same_letters(local_name(element.name), "record"))
      add_record({element.begin, at_});
  }

  void add_record(Span record) {
    if (outline_.records.size() == limits_.records)
      return refuse_size(record.begin, "too_many_records",
                         fmt::format("the report has more than {} records", limits_.records));
    outline_.records.push_back(record);
  }

  void start_tag(std::size_t tag) {
    const std::size_t end = name_end(text_, tag + 1);
    const std::string_view name = text_.substr(tag + 1, end - tag - 1);
    if (name.empty()) return refuse(tag, "xml_malformed", "a '<' is not written as '&lt;'");
    if (!check_name(name, tag)) return;
    if (end == text_.size()) return truncated();
    if (open_.empty()) {
      if (root_seen_)
        return refuse(tag, "xml_malformed", fmt::format("a second root element, <{}>, follows", shown(name)));
      root_seen_ = true;
      outline_.root.begin = tag;
      outline_.root_name = local_name(name);
    }
    if (++elements_ > limits_.xml_start_tags)
      return refuse_size(tag, "xml_nodes", fmt::format("more than {} elements", limits_.xml_start_tags));
    if (open_.size() == limits_.xml_depth)
      return refuse_size(tag, "xml_depth", fmt::format("elements are nested deeper than {}", limits_.xml_depth));
    open_.push_back({name, tag});
    at_ = end;
    attributes(tag);
  }

  bool check_name(std::string_view name, std::size_t at) {
    if (name.size() > limits_.xml_name_bytes)
      refuse_size(at, "xml_name", fmt::format("a name is longer than {} bytes", limits_.xml_name_bytes));
    return !error_;
  }

  // From behind the name of a start tag to behind its '>'.
  void attributes(std::size_t tag) {
    for (std::size_t count = 0;; ++count) {
      const std::size_t gap = at_;
      skip_blanks();
      if (at_ == text_.size()) return truncated();
      if (text_[at_] == '>') {
        ++at_;
        return;
      }
      if (text_[at_] == '/') {
        if (at_ + 1 == text_.size()) return truncated();
        if (text_[at_ + 1] != '>') return refuse(tag, "xml_malformed", "a tag is broken");
        at_ += 2;
        return close_element();
      }
      if (count == limits_.xml_attributes)
        return refuse_size(tag, "xml_attributes",
                           fmt::format("an element has more than {} attributes", limits_.xml_attributes));
      if (gap == at_ || !attribute(tag)) return refuse(tag, "xml_malformed", "a tag is broken");
    }
  }

  // False, or an error, unless name="value" stands here.
  bool attribute(std::size_t tag) {
    const std::size_t end = name_end(text_, at_);
    if (end == at_) return false;
    if (!check_name(text_.substr(at_, end - at_), tag)) return false;
    at_ = end;
    skip_blanks();
    if (at_ < text_.size() && text_[at_] != '=') return false;
    ++at_;
    skip_blanks();
    if (at_ >= text_.size()) return truncated(), false;
    if (text_[at_] != '"' && text_[at_] != '\'') return false;
    const auto close = text_.find(text_[at_], at_ + 1);
    const std::string_view value = text_.substr(at_ + 1, close == text_.npos ? close : close - at_ - 1);
    if (value.find('<') != value.npos) return false;
    if (close == text_.npos) return truncated(), false;
    check_references(at_ + 1, close);
    at_ = close + 1;
    return !error_;
  }

  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }

  const std::string_view text_;
  const Limits& limits_;
  std::size_t at_ = 0;
  std::size_t ampersand_ = 0;  // the next '&' where it is not before at_: each is looked for once
  std::size_t elements_ = 0;
  bool root_seen_ = false;
  std::vector<Open> open_;
  XmlOutline outline_;
  std::optional<Error> error_;
};

}  // namespace

schema::Result<XmlOutline> xml_gate(std::string_view text, const Limits& limits) {
  return Gate(text, limits).run();
}

schema::Position position_at(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  const auto is_character = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
  return {1 + std::count(before.begin(), before.end(), '\n'),
          1 + std::count_if(before.begin() + static_cast<std::ptrdiff_t>(line_begin), before.end(), is_character),
          static_cast<std::int64_t>(before.size())};
}

schema::Position position_from(std::string_view text, const schema::Position& known, std::size_t offset) {
  const auto skipped = static_cast<std::size_t>(known.byte);
  if (offset < skipped) return position_at(text, offset);
  schema::Position out = position_at(text.substr(skipped), offset - skipped);
  if (out.line == 1) out.column += known.column - 1;
  out.line += known.line - 1;
  out.byte += known.byte;
  return out;
}

std::string_view local_name(std::string_view qualified_name) {
  const auto colon = qualified_name.rfind(':');
  return colon == qualified_name.npos ? qualified_name : qualified_name.substr(colon + 1);
}

bool same_letters(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [lower](char x, char y) { return lower(x) == lower(y); });
}

std::size_t find_control(std::string_view text) {
  // Eight bytes at once; each test leaves the top bit of every byte that it is true for.
  constexpr std::uint64_t ones = 0x0101010101010101u, tops = 0x80 * ones;
  const auto below = [](std::uint64_t word, std::uint64_t limit) {  // limit <= 0x80
    return ~(((word & ~tops) + (0x80 - limit) * ones) | word) & tops;
  };
  const auto equal = [below](std::uint64_t word, std::uint64_t byte) { return below(word ^ byte * ones, 1); };
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + i, 8);
    if ((below(word, 0x20) & ~equal(word, '\t') & ~equal(word, '\n') & ~equal(word, '\r')) != 0) break;
  }
  while (i < text.size() && !is_control(text[i])) ++i;
  return i;
}

std::size_t name_end(std::string_view text, std::size_t at) {
  const auto kind = [text](std::size_t i) { return name_bytes[static_cast<unsigned char>(text[i])]; };
  if (at >= text.size() || (kind(at) & 1) == 0) return at;
  while (at < text.size() && kind(at) != 0) ++at;
  return at;
}

}  // namespace ingest
