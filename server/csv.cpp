#include "server/csv.h"

#include "server/json.h"

namespace server {
namespace {

constexpr std::string_view fullwidth_equals = "\xef\xbc\x9d";

bool is_formula(std::string_view text) {
  if (text.empty()) return false;
  return std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos ||
         text.substr(0, fullwidth_equals.size()) == fullwidth_equals;
}

}  // namespace

void append_csv_text(std::string& out, std::string_view text) {
  std::string cell = is_formula(text) ? "'" : "";
  append_utf8(cell, text);
  if (cell.find_first_of(",\"\r\n") == std::string::npos) {
    out += cell;
    return;
  }
  out += '"';
  for (const char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace server
