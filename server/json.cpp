#include "server/json.h"

#include <algorithm>
#include <array>

namespace server {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";

// Length of the well-formed sequence (RFC 3629) that `text` begins with; 0 where there is none.
std::size_t utf8_sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xbf) {
    return byte(i) >= low && byte(i) <= high;
  };
  const auto first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool second = follows(1, first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf);
    return second && follows(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool second = follows(1, first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf);
    return second && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

void append_escape(std::string& out, unsigned char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += "\\u00";
  out += digits[c >> 4];
  out += digits[c & 15];
}

// Bytes that stand for themselves, by far the most. Within strings quotes and backslashes do not.
template <bool within_string>
constexpr std::array<bool, 256> plain = [] {
  std::array<bool, 256> table{};
  for (unsigned c = 0; c < 0x7f; ++c) {
    const bool escaped = c == '<' || c == '>' || c == '&' || (within_string && (c < 0x20 || c == '"' || c == '\\'));
    table[c] = !escaped;
  }
  return table;
}();

// The inside of strings, or whole JSON where `within_string` is false: there quotes, backslashes and blanks are its
// own, and the other characters can only stand inside its strings.
template <bool within_string>
void append_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto odd = std::find_if_not(text.begin(), text.end(),
                                      [](char c) { return plain<within_string>[static_cast<unsigned char>(c)]; });
    out.append(text.begin(), odd);
    text.remove_prefix(static_cast<std::size_t>(odd - text.begin()));
    if (text.empty()) return;
    const auto c = static_cast<unsigned char>(text.front());
    const auto length = utf8_sequence(text);
    const auto sequence = text.substr(0, length);
    if (length == 0) {
      out += replacement;
    } else if (within_string && (c == '"' || c == '\\')) {
      out += '\\';
      out += text.front();
    } else if (c < 0x80) {
      append_escape(out, c);
    } else if (sequence == "\xe2\x80\xa8") {
      out += "\\u2028";
    } else if (sequence == "\xe2\x80\xa9") {
      out += "\\u2029";
    } else {
      out += sequence;
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
}

}  // namespace

void append_utf8(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto length = utf8_sequence(text);
    out += length == 0 ? replacement : text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  append_escaped<true>(out, text);
  out += '"';
}

void append_json(std::string& out, std::string_view json) {
  append_escaped<false>(out, json);
}

void JsonWriter::separate() {
  if (!first_) out_ += ',';
  first_ = false;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  out_ += bracket;
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  out_ += bracket;
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  append_json_string(out_, name);
  out_ += ':';
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view text) {
  separate();
  append_json_string(out_, text);
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

JsonWriter& JsonWriter::stored(std::string_view json) {
  separate();
  append_json(out_, json);
  return *this;
}

}  // namespace server
