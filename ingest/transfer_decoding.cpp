#include "ingest/transfer_decoding.h"

#include <array>
#include <cstdint>

#include "ingest/mime_fields.h"

namespace ingest {
namespace {

constexpr std::uint8_t no_digit = 64, padding = 65;

constexpr std::array<std::uint8_t, 256> base64_digits() {
  std::array<std::uint8_t, 256> table{};
  for (auto& digit : table) digit = no_digit;
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  table['='] = padding;
  return table;
}
constexpr auto digits = base64_digits();

std::uint8_t digit(char c) {
  return digits[static_cast<unsigned char>(c)];
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

std::string decode_base64(std::string_view text) {
  std::string result(text.size() / 4 * 3 + 3, '\0');
  char* out = result.data();
  const auto put = [&out](std::uint32_t bits, int bytes) {
    for (int i = 0; i < bytes; ++i) *out++ = static_cast<char>(bits >> (16 - 8 * i));
  };
  std::uint32_t bits = 0;
  int held = 0;  // digits in `bits`
  for (std::size_t i = 0; i < text.size();) {
    // Four digits in a row are the rule; the slow path takes line ends and oddities.
    if (held == 0 && i + 4 <= text.size()) {
      const std::uint32_t a = digit(text[i]), b = digit(text[i + 1]), c = digit(text[i + 2]), d = digit(text[i + 3]);
      if ((a | b | c | d) < no_digit) {
        put(a << 18 | b << 12 | c << 6 | d, 3);
        i += 4;
        continue;
      }
    }
    const std::uint8_t value = digit(text[i++]);
    if (value == padding) break;
    if (value == no_digit) continue;
    bits = bits << 6 | value;
    if (++held == 4) {
      put(bits, 3);
      bits = 0;
      held = 0;
    }
  }
  if (held >= 2) put(bits << (6 * (4 - held)), held - 1);
  result.resize(static_cast<std::size_t>(out - result.data()));
  return result;
}

std::string decode_quoted_printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      result += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex(text[i + 2]) : -1;
    if (high >= 0 && low >= 0) {
      result += static_cast<char>(high * 16 + low);
      i += 2;
      continue;
    }
    std::size_t end = i + 1;  // of a soft line break, which may have blanks appended by a gateway
    while (end < text.size() && (text[end] == ' ' || text[end] == '\t')) ++end;
    if (end < text.size() && text[end] == '\r') ++end;
    if (end < text.size() && text[end] == '\n') {
      i = end;
    } else {
      result += '=';
    }
  }
  return result;
}

std::string decode_uuencode(std::string_view text) {
  std::string result;
  bool begun = false;
  while (!text.empty()) {
    const std::string_view line = without_line_end(text.substr(0, line_length(text)));
    text.remove_prefix(line_length(text));
    if (!begun) {
      begun = line.substr(0, 6) == "begin ";
      continue;
    }
    if (line == "end" || line.empty()) break;
    const auto value = [&line](std::size_t i) -> std::uint32_t {
      return i < line.size() ? static_cast<std::uint32_t>(line[i] - ' ') & 63U : 0U;  // '`' stands for a blank
    };
    const std::size_t wanted = result.size() + value(0);
    for (std::size_t i = 1; i < line.size() && result.size() < wanted; i += 4) {
      const std::uint32_t bits = value(i) << 18 | value(i + 1) << 12 | value(i + 2) << 6 | value(i + 3);
      for (int shift = 16; shift >= 0 && result.size() < wanted; shift -= 8) {
        result += static_cast<char>(bits >> shift);
      }
    }
  }
  return result;
}

std::string decode_transfer(std::string_view body, std::string_view encoding) {
  encoding = trimmed(encoding);
  if (equal_ignoring_case(encoding, "base64")) return decode_base64(body);
  if (equal_ignoring_case(encoding, "quoted-printable")) return decode_quoted_printable(body);
  if (contains_ignoring_case(encoding, "uue")) return decode_uuencode(body);
  return std::string(body);
}

bool looks_like_base64(std::string_view text) {
  std::size_t found = 0;
  for (const char c : text) {
    if (digit(c) != no_digit) {
      ++found;
    } else if (c != '\r' && c != '\n' && c != ' ' && c != '\t') {
      return false;
    }
  }
  return found >= 16;
}

}  // namespace ingest
