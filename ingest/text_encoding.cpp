#include "ingest/text_encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

namespace ingest {
namespace {

constexpr char32_t replacement = 0xfffd;
constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

std::uint8_t byte_at(std::string_view bytes, std::size_t i) {
  return static_cast<std::uint8_t>(bytes[i]);
}

bool is_continuation(std::string_view bytes, std::size_t i) {
  return i < bytes.size() && (byte_at(bytes, i) & 0xc0) == 0x80;
}

// Offset of the first byte that is not ASCII, from `i` on.
std::size_t skip_ascii(std::string_view bytes, std::size_t i) {
  while (i + 8 <= bytes.size()) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + i, 8);
    if ((word & 0x8080808080808080u) != 0) break;
    i += 8;
  }
  while (i < bytes.size() && byte_at(bytes, i) < 0x80) ++i;
  return i;
}

// Length of the well-formed multi-byte character at `i` (Unicode table 3-7), 0 where there is none.
std::size_t utf8_length(std::string_view bytes, std::size_t i) {
  const std::uint8_t lead = byte_at(bytes, i);
  const auto second_in = [&](std::uint8_t low, std::uint8_t high) {
    return i + 1 < bytes.size() && byte_at(bytes, i + 1) >= low && byte_at(bytes, i + 1) <= high;
  };
  if (lead >= 0xc2 && lead <= 0xdf) return is_continuation(bytes, i + 1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const bool second = second_in(lead == 0xe0 ? 0xa0 : 0x80, lead == 0xed ? 0x9f : 0xbf);
    return second && is_continuation(bytes, i + 2) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const bool second = second_in(lead == 0xf0 ? 0x90 : 0x80, lead == 0xf4 ? 0x8f : 0xbf);
    return second && is_continuation(bytes, i + 2) && is_continuation(bytes, i + 3) ? 4 : 0;
  }
  return 0;
}

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&out](char32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | c >> 6), put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12), put(0x80 | (c >> 6 & 0x3f)), put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | c >> 18), put(0x80 | (c >> 12 & 0x3f)), put(0x80 | (c >> 6 & 0x3f)), put(0x80 | (c & 0x3f));
  }
}

char32_t windows_1252(std::uint8_t byte) {
  static constexpr std::array<char16_t, 32> high = {0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                                    0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd,
                                                    0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                                    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178};
  return byte >= 0x80 && byte < 0xa0 ? high[byte - 0x80u] : char32_t{byte};
}

char32_t iso_8859_15(std::uint8_t byte) {
  switch (byte) {
    case 0xa4:
      return 0x20ac;
    case 0xa6:
      return 0x160;
    case 0xa8:
      return 0x161;
    case 0xb4:
      return 0x17d;
    case 0xb8:
      return 0x17e;
    case 0xbc:
      return 0x152;
    case 0xbd:
      return 0x153;
    case 0xbe:
      return 0x178;
    default:
      return byte;
  }
}

Utf8Text converted(std::string text) {
  auto owned = std::make_unique<const std::string>(std::move(text));
  const std::string_view view = *owned;
  return {view, std::move(owned)};
}

Utf8Text decode_single_byte(std::string_view bytes, char32_t (*decode)(std::uint8_t)) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t end = skip_ascii(bytes, i);
    out.append(bytes, i, end - i);
    if (end < bytes.size()) append_utf8(out, decode(byte_at(bytes, end)));
    i = end + 1;
  }
  return converted(std::move(out));
}

Utf8Text decode_utf16(std::string_view bytes, bool big_endian) {
  const auto unit = [&](std::size_t i) {
    const char16_t first = byte_at(bytes, i), second = byte_at(bytes, i + 1);
    return static_cast<char16_t>(big_endian ? first << 8 | second : second << 8 | first);
  };
  std::string out;
  out.reserve(bytes.size());
  std::optional<std::size_t> replaced;
  const auto replace = [&] {
    if (!replaced) replaced = out.size();
    append_utf8(out, replacement);
  };
  std::size_t i = 0;
  for (; i + 2 <= bytes.size(); i += 2) {
    const char16_t c = unit(i);
    if (c < 0xd800 || c > 0xdfff) {
      if (i != 0 || c != 0xfeff) append_utf8(out, c);
    } else if (c < 0xdc00 && i + 4 <= bytes.size() && unit(i + 2) >= 0xdc00 && unit(i + 2) <= 0xdfff) {
      append_utf8(out, 0x10000 + ((c - 0xd800u) << 10) + (unit(i + 2) - 0xdc00u));
      i += 2;
    } else {
      replace();
    }
  }
  if (i < bytes.size()) replace();
  Utf8Text text = converted(std::move(out));
  if (replaced) text.note = "encoding_replaced", text.note_offset = *replaced;
  return text;
}

// Bytes that should be UTF-8. The usual case copies nothing.
Utf8Text decode_utf8(std::string_view bytes) {
  std::optional<std::size_t> first_bad;
  bool broken_character = false;  // a lead byte with a continuation byte that together are no character
  for (std::size_t i = skip_ascii(bytes, 0); i < bytes.size(); i = skip_ascii(bytes, i)) {
    const std::size_t length = utf8_length(bytes, i);
    if (length == 0) {
      if (!first_bad) first_bad = i;
      if (byte_at(bytes, i) >= 0xc0 && is_continuation(bytes, i + 1)) broken_character = true;
    }
    i += std::max<std::size_t>(length, 1);
  }
  if (!first_bad) return {bytes};

  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t end = skip_ascii(bytes, i);
    out.append(bytes, i, end - i);
    if (end == bytes.size()) break;
    const std::size_t length = utf8_length(bytes, end);
    if (length == 0)
      append_utf8(out, broken_character ? replacement : windows_1252(byte_at(bytes, end)));
    else
      out.append(bytes, end, length);
    i = end + std::max<std::size_t>(length, 1);
  }
  Utf8Text text = converted(std::move(out));
  text.note = broken_character ? "encoding_replaced" : "encoding_guessed";
  text.note_offset = *first_bad;  // nothing before it has changed
  return text;
}

// The encoding that the XML declaration names: lower case, without '-' and '_'; empty where it names none.
std::string declared_encoding(std::string_view bytes) {
  constexpr std::size_t longest_declaration = 1024;
  const auto start = bytes.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (start == bytes.npos || bytes.substr(start, 5) != "<?xml") return {};
  std::string_view declaration = bytes.substr(start, longest_declaration);
  declaration = declaration.substr(0, declaration.find("?>"));
  const auto key = declaration.find("encoding");
  if (key == declaration.npos) return {};
  const auto open = declaration.find_first_of("\"'", key);
  if (open == declaration.npos) return {};
  const auto close = declaration.find(declaration[open], open + 1);
  if (close == declaration.npos) return {};
  std::string name;
  for (const char c : declaration.substr(open + 1, close - open - 1)) {
    if (c >= 'A' && c <= 'Z')
      name += static_cast<char>(c - 'A' + 'a');
    else if (c != '-' && c != '_' && c != ' ')
      name += c;
  }
  return name;
}

enum class Encoding { utf8, utf16, latin1, latin9, windows1252, ascii_extension, unknown };

Encoding encoding_of(std::string_view declared) {
  struct Name {
    std::string_view name;
    Encoding encoding;
  };
  using enum Encoding;
  static constexpr auto names = std::to_array<Name>({
      {"", utf8},
      {"utf8", utf8},
      {"unicode11utf8", utf8},
      {"usascii", utf8},
      {"ascii", utf8},
      {"ansix3.41968", utf8},
      {"utf16", utf16},
      {"utf16le", utf16},
      {"utf16be", utf16},
      {"ucs2", utf16},
      {"unicode", utf16},
      {"iso88591", latin1},
      {"latin1", latin1},
      {"l1", latin1},
      {"iso885915", latin9},
      {"latin9", latin9},
      {"windows1252", windows1252},
      {"cp1252", windows1252},
      {"1252", windows1252},
  });
  for (const Name& known : names)
    if (known.name == declared) return known.encoding;
  // Not decoded, but the same as ASCII in its lower half.
  for (const std::string_view prefix : {"iso8859", "windows12", "cp12", "koi8", "gb", "big5", "euc", "macroman"})
    if (declared.substr(0, prefix.size()) == prefix) return ascii_extension;
  return unknown;
}

tl::unexpected<schema::Error> unsupported(std::string_view name) {
  return schema::malformed("xml_encoding", fmt::format("the character encoding {} is not supported", name));
}

std::string printable(std::string_view name) {
  std::string out = "'";
  for (const char c : name.substr(0, 40)) out += c >= 0x20 && c < 0x7f ? c : '?';
  return out + "'";
}

void note_mismatch(Utf8Text& text, std::string_view declared) {
  if (text.note.empty()) text.note = "encoding_mismatch", text.note_detail = std::string(declared);
}

Utf8Text from_utf16(std::string_view bytes, bool big_endian) {
  Utf8Text text = decode_utf16(bytes, big_endian);
  const std::string_view unmarked = text.text;
  const std::string declared = declared_encoding(unmarked);
  if (!declared.empty() && encoding_of(declared) != Encoding::utf16) note_mismatch(text, declared);
  return text;
}

}  // namespace

schema::Result<Utf8Text> to_utf8(std::string_view bytes) {
  const auto starts = [bytes](std::string_view prefix) { return bytes.substr(0, prefix.size()) == prefix; };
  if (starts({"\xFF\xFE\0\0", 4}) || starts({"\0\0\xFE\xFF", 4}) || starts({"<\0\0\0", 4}) || starts({"\0\0\0<", 4}))
    return unsupported("UTF-32");
  if (starts("\x4C\x6F\xA7\x94")) return unsupported("EBCDIC");
  if (starts("\xFF\xFE") || starts({"<\0", 2})) return from_utf16(bytes, false);
  if (starts("\xFE\xFF") || starts({"\0<", 2})) return from_utf16(bytes, true);

  const std::string declared = declared_encoding(bytes);
  const Encoding encoding = encoding_of(declared);
  if (starts(utf8_mark) && encoding != Encoding::utf8) {
    Utf8Text text = decode_utf8(bytes);
    note_mismatch(text, declared);
    return text;
  }
  switch (encoding) {
    case Encoding::utf8:
      return decode_utf8(bytes);
    case Encoding::utf16: {  // it cannot be: the declaration could be read byte by byte
      Utf8Text text = decode_utf8(bytes);
      note_mismatch(text, declared);
      return text;
    }
    case Encoding::latin1:  // its upper controls are never meant: all programs read it so
    case Encoding::windows1252:
      return decode_single_byte(bytes, windows_1252);
    case Encoding::latin9:
      return decode_single_byte(bytes, iso_8859_15);
    case Encoding::ascii_extension:
      if (skip_ascii(bytes, 0) == bytes.size()) return Utf8Text{bytes};
      break;
    case Encoding::unknown:
      break;
  }
  return unsupported(printable(declared));
}

}  // namespace ingest
