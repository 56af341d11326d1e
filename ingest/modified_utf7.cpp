#include "ingest/modified_utf7.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace ingest {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

bool is_direct(char32_t c) {
  return c >= 0x20 && c <= 0x7E;
}

// The character at the front of `utf8`, which it is taken off; none where that is not UTF-8 (RFC 3629).
std::optional<char32_t> take_character(std::string_view& utf8) {
  const auto first = static_cast<unsigned char>(utf8.front());
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xC2 ? 0
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 0;
  if (length == 0 || length > utf8.size()) return std::nullopt;
  char32_t c = length == 1 ? first : first & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(utf8[i]);
    if ((next & 0xC0) != 0x80) return std::nullopt;
    c = (c << 6) | (next & 0x3F);
  }
  static constexpr std::array<char32_t, 5> smallest = {0, 0, 0x80, 0x800, 0x10000};
  if (c < smallest[length] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return std::nullopt;
  utf8.remove_prefix(length);
  return c;
}

void put_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
    return;
  }
  const int tail = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  static constexpr std::array<unsigned, 4> lead = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(lead[static_cast<std::size_t>(tail)] | (c >> (6 * tail)));
  for (int i = tail - 1; i >= 0; --i) out += static_cast<char>(0x80 | ((c >> (6 * i)) & 0x3F));
}

// UTF-16 units, six bits at a time.
class Shifted {
 public:
  explicit Shifted(std::string& out) : out_(out) {}
  void put(char32_t c) {
    if (c >= 0x10000) {
      put_unit(0xD800 + ((c - 0x10000) >> 10));
      c = 0xDC00 + ((c - 0x10000) & 0x3FF);
    }
    put_unit(c);
  }
  void end() {
    if (bits_ > 0) out_ += alphabet[(held_ << (6 - bits_)) & 0x3F];
    out_ += '-';
  }

 private:
  void put_unit(char32_t unit) {
    held_ = (held_ << 16) | unit;
    for (bits_ += 16; bits_ >= 6; bits_ -= 6) out_ += alphabet[(held_ >> (bits_ - 6)) & 0x3F];
    held_ &= (1u << bits_) - 1;
  }
  std::string& out_;
  std::uint32_t held_ = 0;
  unsigned bits_ = 0;
};

// What stood between '&' and '-'.
std::optional<std::string> unshift(std::string_view base64) {
  std::string out;
  std::uint32_t held = 0;
  unsigned bits = 0;
  char32_t high = 0;  // first half of a surrogate pair
  for (const char c : base64) {
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    held = (held << 6) | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits < 16) continue;
    bits -= 16;
    const char32_t unit = held >> bits;
    held &= (1u << bits) - 1;
    const bool is_low = unit >= 0xDC00 && unit <= 0xDFFF;
    if (is_low != (high != 0)) return std::nullopt;
    if (unit >= 0xD800 && unit <= 0xDBFF) {
      high = unit;
    } else {
      put_utf8(out, is_low ? 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00) : unit);
      high = 0;
    }
  }
  if (high != 0 || held != 0 || bits >= 6) return std::nullopt;
  return out;
}

}  // namespace

std::optional<std::string> to_modified_utf7(std::string_view utf8) {
  std::string out;
  std::optional<Shifted> shifted;
  while (!utf8.empty()) {
    const auto c = take_character(utf8);
    if (!c) return std::nullopt;
    if (is_direct(*c)) {
      if (shifted) shifted->end();
      shifted.reset();
      out += static_cast<char>(*c);
      if (*c == '&') out += '-';
      continue;
    }
    if (!shifted) {
      out += '&';
      shifted.emplace(out);
    }
    shifted->put(*c);
  }
  if (shifted) shifted->end();
  return out;
}

std::string from_modified_utf7(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size();) {
    if (name[i] != '&') {
      out += name[i++];
      continue;
    }
    const std::size_t end = name.find('-', i);
    if (end == std::string_view::npos) return std::string(name);
    if (end == i + 1) {
      out += '&';
    } else {
      const auto text = unshift(name.substr(i + 1, end - i - 1));
      if (!text) return std::string(name);
      out += *text;
    }
    i = end + 1;
  }
  return out;
}

}  // namespace ingest
