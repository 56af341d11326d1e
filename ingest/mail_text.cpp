#include "ingest/mail_text.h"

#include <array>
#include <charconv>
#include <vector>

#include "ingest/mime_fields.h"
#include "ingest/transfer_decoding.h"

namespace ingest {
namespace {

constexpr char32_t replacement = 0xFFFD;

// windows-1252 80..9f; the five holes stay what they are in ISO-8859-1.
constexpr std::array<char16_t, 32> windows_1252 = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                   0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                                   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                   0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

// Takes one character off `text` (not empty): a byte that begins no valid sequence is U+FFFD by itself.
char32_t take_utf8(std::string_view& text) {
  const auto byte = [&text](std::size_t i) -> char32_t {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const char32_t first = byte(0);
  std::size_t length = 1;
  char32_t c = first, least = 0;
  if (first >= 0xC2 && first < 0xE0) {
    length = 2, c = first & 0x1F, least = 0x80;
  } else if (first >= 0xE0 && first < 0xF0) {
    length = 3, c = first & 0x0F, least = 0x800;
  } else if (first >= 0xF0 && first < 0xF5) {
    length = 4, c = first & 0x07, least = 0x10000;
  } else if (first >= 0x80) {
    c = replacement;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) {
      text.remove_prefix(1);
      return replacement;
    }
    c = c << 6 | (byte(i) & 0x3F);
  }
  if (c < least || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) {
    text.remove_prefix(1);
    return replacement;
  }
  text.remove_prefix(length);
  return c;
}

struct EncodedWord {
  std::string_view charset, text;
  char encoding = 0;       // B or Q
  std::size_t length = 0;  // of the whole word
};

// "=?charset*lang?B?text?=" at the start of `value`. Blanks inside the text are forbidden but real.
std::optional<EncodedWord> encoded_word(std::string_view value) {
  if (value.substr(0, 2) != "=?") return std::nullopt;
  const std::size_t charset_end = value.find('?', 2);
  if (charset_end == std::string_view::npos || charset_end + 3 >= value.size() || value[charset_end + 2] != '?') {
    return std::nullopt;
  }
  const std::size_t text_at = charset_end + 3;
  const std::size_t end = value.find("?=", text_at);
  if (end == std::string_view::npos) return std::nullopt;
  EncodedWord word;
  word.charset = value.substr(2, charset_end - 2);
  word.charset = word.charset.substr(0, word.charset.find('*'));
  word.encoding = value[charset_end + 1];
  word.text = value.substr(text_at, end - text_at);
  word.length = end + 2;
  return word;
}

std::string word_bytes(const EncodedWord& word) {
  if (word.encoding == 'B' || word.encoding == 'b') return decode_base64(word.text);
  std::string text(word.text);
  for (char& c : text)
    if (c == '_') c = ' ';
  return decode_quoted_printable(text);
}

}  // namespace

std::string to_utf8(std::string_view bytes, std::string_view charset) {
  const bool utf8 = equal_ignoring_case(charset, "utf-8") || equal_ignoring_case(charset, "utf8");
  const bool latin = equal_ignoring_case(charset, "iso-8859-1") || equal_ignoring_case(charset, "windows-1252") ||
                     equal_ignoring_case(charset, "cp1252") || equal_ignoring_case(charset, "latin1");
  std::string result;
  result.reserve(bytes.size());
  while (!bytes.empty()) {
    if (utf8) {
      append_utf8(result, take_utf8(bytes));
      continue;
    }
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    if (byte < 0x80) {
      result += static_cast<char>(byte);
    } else if (!latin) {
      append_utf8(result, replacement);
    } else {
      append_utf8(result, byte < 0xA0 ? static_cast<char32_t>(windows_1252[byte - 0x80]) : static_cast<char32_t>(byte));
    }
  }
  return result;
}

std::string display_text(std::string_view bytes, std::size_t max_bytes) {
  std::string result;
  while (!bytes.empty()) {
    char32_t c = take_utf8(bytes);
    if (c == '\t' || c == '\n' || c == '\r') c = ' ';
    if (c < 0x20 || (c >= 0x7F && c < 0xA0)) continue;
    const std::size_t size = result.size();
    append_utf8(result, c);
    if (result.size() > max_bytes) {
      result.resize(size);
      break;
    }
  }
  return result;
}

std::string decode_header(std::string_view value, std::size_t max_bytes) {
  std::string unfolded;
  unfolded.reserve(value.size());
  for (const char c : value)
    if (c != '\r' && c != '\n') unfolded += c;
  std::string_view rest = trimmed(unfolded);

  std::string result;
  std::string run;  // bytes of neighbouring words: a character may be split between two of them
  std::string_view run_charset;
  const auto end_run = [&] {
    result += to_utf8(run, run_charset);
    run.clear();
  };
  while (!rest.empty()) {
    if (const auto word = encoded_word(rest)) {
      if (!equal_ignoring_case(word->charset, run_charset)) end_run();
      run_charset = word->charset;
      run += word_bytes(*word);
      rest.remove_prefix(word->length);
      const std::size_t gap = rest.find_first_not_of(" \t");
      if (gap != std::string_view::npos && encoded_word(rest.substr(gap))) rest.remove_prefix(gap);
      continue;
    }
    end_run();
    result += rest.front();
    rest.remove_prefix(1);
  }
  end_run();
  return display_text(result, max_bytes);
}

std::string percent_decoded(std::string_view text) {
  std::string quoted(text);
  for (char& c : quoted) {
    if (c == '=') c = '\x01';  // not an escape here
    if (c == '%') c = '=';
  }
  std::string result = decode_quoted_printable(quoted);
  for (char& c : result) {
    if (c == '=') c = '%';
    if (c == '\x01') c = '=';
  }
  return result;
}

std::optional<std::int64_t> parse_mail_date(std::string_view text) {
  // [Fri,] 02 Jan 2026 00:10[:00] (+0000 | GMT) [(comment)]
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size() && words.size() < 8;) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n,", at);
    if (begin == std::string_view::npos) break;
    at = std::min(text.find_first_of(" \t\r\n,", begin), text.size());
    words.push_back(text.substr(begin, at - begin));
  }
  const auto number = [](std::string_view word) -> std::optional<int> {
    int value = 0;
    const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (failure != std::errc() || end != word.data() + word.size() || value < 0) return std::nullopt;
    return value;
  };
  std::size_t i = !words.empty() && !number(words[0]) ? 1 : 0;  // the day of the week
  if (words.size() < i + 4) return std::nullopt;
  constexpr std::string_view months = "janfebmaraprmayjunjulaugsepoctnovdec";
  const std::optional<int> day = number(words[i]), year = number(words[i + 2]);
  const std::size_t month_at = months.find(lower_case(words[i + 1].substr(0, 3)));
  const std::string_view time = words[i + 3];
  const std::size_t colon = time.find(':');
  if (!day || !year || words[i + 1].size() < 3 || month_at == std::string_view::npos || month_at % 3 != 0 ||
      colon == std::string_view::npos) {
    return std::nullopt;
  }
  const std::optional<int> hour = number(time.substr(0, colon));
  const std::size_t second_colon = time.find(':', colon + 1);
  const std::optional<int> minute = number(time.substr(colon + 1, second_colon - colon - 1));
  const std::optional<int> second =
      second_colon == std::string_view::npos ? std::optional<int>(0) : number(time.substr(second_colon + 1));
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60 || *day < 1 || *day > 31 ||
      *year > 9999) {
    return std::nullopt;
  }
  int offset_minutes = 0;
  if (words.size() > i + 4) {
    const std::string_view zone = words[i + 4];
    const std::optional<int> hhmm = zone.size() == 5 ? number(zone.substr(1)) : std::nullopt;
    if (hhmm && (zone[0] == '+' || zone[0] == '-')) {
      offset_minutes = (*hhmm / 100 * 60 + *hhmm % 100) * (zone[0] == '-' ? -1 : 1);
    }
  }
  // Days since 1970 of a date of the Gregorian calendar, with years that begin in March.
  const int two_digits = *year < 50 ? 2000 : *year < 100 ? 1900 : 0;  // RFC 5322 section 4.3
  const std::int64_t month = static_cast<std::int64_t>(month_at / 3) + 1;
  const std::int64_t y = *year + two_digits - (month <= 2 ? 1 : 0);
  const std::int64_t m = (month + 9) % 12;
  const std::int64_t days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + *day - 1 - 719468;
  return ((days * 24 + *hour) * 60 + *minute - offset_minutes) * 60 + *second;
}

}  // namespace ingest
