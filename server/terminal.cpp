#include "server/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

namespace server {
namespace {

enum class ColourWhen { automatic, always, never };
ColourWhen colour_when = ColourWhen::automatic;

// Length of the UTF-8 sequence at the beginning of `text` and its code point; length 0: there is none.
std::size_t decode(std::string_view text, std::uint32_t& code_point) {
  const auto first = static_cast<std::uint8_t>(text[0]);
  const std::size_t length = first < 0x80         ? 1
                             : first >> 5 == 0x6  ? 2
                             : first >> 4 == 0xE  ? 3
                             : first >> 3 == 0x1E ? 4
                                                  : 0;
  if (length == 0 || text.size() < length) return 0;
  code_point = length == 1 ? first : first & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<std::uint8_t>(text[i]);
    if (next >> 6 != 0x2) return 0;
    code_point = code_point << 6 | (next & 0x3Fu);
  }
  constexpr std::array<std::uint32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  const bool valid =
      code_point >= smallest[length] && code_point <= 0x10FFFF && (code_point < 0xD800 || code_point > 0xDFFF);
  return valid ? length : 0;
}

bool is_dangerous(std::uint32_t code_point) {
  return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) ||  // C0, DEL, C1
         (code_point >= 0x200E && code_point <= 0x200F) || code_point == 0x061C ||
         (code_point >= 0x2028 && code_point <= 0x202E) || (code_point >= 0x2066 && code_point <= 0x2069) ||
         code_point == 0xFEFF;
}

// Roughly: East Asian wide characters take two columns, combining marks none.
std::size_t width(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t i = 0; i < text.size();) {
    std::uint32_t c = 0;
    const std::size_t length = std::max<std::size_t>(decode(text.substr(i), c), 1);
    i += length;
    if (c >= 0x300 && c < 0x370) continue;
    const bool wide = (c >= 0x1100 && c < 0x1160) || (c >= 0x2E80 && c < 0xA4D0) || (c >= 0xAC00 && c < 0xD7A4) ||
                      (c >= 0xF900 && c < 0xFB00) || (c >= 0xFE30 && c < 0xFE70) || (c >= 0xFF00 && c < 0xFF61) ||
                      (c >= 0xFFE0 && c < 0xFFE7) || (c >= 0x1F300 && c < 0x1F650) || (c >= 0x20000 && c < 0x40000);
    columns += wide ? 2 : 1;
  }
  return columns;
}

constexpr std::size_t gap = 2;           // between columns
constexpr std::size_t least_column = 8;  // narrower, a text tells nothing

// The beginning of a text, with an ellipsis where it goes on.
std::string cut(std::string_view text, std::size_t columns) {
  if (width(text) <= columns) return std::string(text);
  std::string kept;
  for (std::size_t i = 0; i < text.size();) {
    std::uint32_t c = 0;
    const std::size_t length = std::max<std::size_t>(decode(text.substr(i), c), 1);
    const auto next = text.substr(i, length);
    if (width(kept) + width(next) + 1 > columns) break;
    kept += next;
    i += length;
  }
  return kept + "\u2026";
}

// Takes from the widest column that may be cut, until the table fits or nothing is left to take.
void fit(std::vector<std::size_t>& widths, const std::vector<bool>& right_aligned, std::size_t columns) {
  std::size_t all = 0;
  for (const auto column : widths) all += column + gap;
  for (all -= std::min(all, gap); all > columns; --all) {
    std::size_t widest = widths.size();
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const bool may_be_cut = (i >= right_aligned.size() || !right_aligned[i]) && widths[i] > least_column;
      if (may_be_cut && (widest == widths.size() || widths[i] > widths[widest])) widest = i;
    }
    if (widest == widths.size()) return;
    --widths[widest];
  }
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    std::uint32_t code_point = 0;
    const std::size_t length = decode(text, code_point);
    if (length == 0) {
      result += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(text[0]));
    } else if (!is_dangerous(code_point)) {
      result += text.substr(0, length);
    } else if (code_point < 0x80) {
      result += fmt::format("\\x{:02x}", code_point);
    } else {
      result += fmt::format("\\u{:04x}", code_point);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

bool is_terminal(int fd) {
  return ::isatty(fd) == 1;
}

std::size_t terminal_columns(int fd) {
  winsize size{};
  return ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

bool set_colour(std::string_view when) {
  if (when == "auto")
    colour_when = ColourWhen::automatic;
  else if (when == "always")
    colour_when = ColourWhen::always;
  else if (when == "never")
    colour_when = ColourWhen::never;
  else
    return false;
  return true;
}

std::string in_colour(Colour colour, std::string_view text, int fd) {
  // https://no-color.org: set and not empty, whatever it says.
  const char* no_color = std::getenv("NO_COLOR");
  const bool automatic = is_terminal(fd) && (no_color == nullptr || *no_color == '\0');
  const bool shown = colour_when == ColourWhen::always || (colour_when == ColourWhen::automatic && automatic);
  if (!shown) return std::string(text);
  const int code = colour == Colour::red ? 31 : colour == Colour::yellow ? 33 : 1;
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string text_table(const std::vector<std::vector<std::string>>& rows, const std::vector<bool>& right_aligned,
                       std::size_t columns) {
  std::vector<std::vector<std::string>> cells;
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    auto& line = cells.emplace_back();
    for (const std::string& cell : row) line.push_back(printable(cell));
    widths.resize(std::max(widths.size(), line.size()));
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width(line[i]));
  }
  if (columns > 0) fit(widths, right_aligned, columns);
  std::string text;
  for (auto& row : cells) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      row[i] = cut(row[i], widths[i]);
      const std::string padding(widths[i] - width(row[i]), ' ');
      const bool right = i < right_aligned.size() && right_aligned[i];
      if (i > 0) line += "  ";
      line += right ? padding + row[i] : row[i] + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

}  // namespace server
