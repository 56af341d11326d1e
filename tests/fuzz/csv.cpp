#include "server/csv.h"

#include <string>

#include "tests/fuzz/fuzzed.h"

// A cell, read as RFC 4180 has it, is the text (or the text behind an apostrophe), and no formula.
void fuzz::one_input(std::string_view bytes) {
  std::string cell;
  server::append_csv_text(cell, bytes);
  std::string text;
  if (!cell.empty() && cell.front() == '"') {
    PROMISE(cell.size() >= 2 && cell.back() == '"');
    for (std::size_t i = 1; i + 1 < cell.size(); ++i) {
      if (cell[i] == '"') PROMISE(i + 2 < cell.size() && cell[++i] == '"');
      text += cell[i];
    }
  } else {
    PROMISE(cell.find_first_of(",\"\r\n") == std::string::npos);
    text = cell;
  }
  const bool defused = !text.empty() && text.front() == '\'';
  PROMISE(text.empty() || std::string_view("=+-@\t\r").find(text.front()) == std::string_view::npos);
  bool ascii = true;
  for (const char c : bytes) ascii = ascii && static_cast<unsigned char>(c) < 0x80;
  if (ascii) PROMISE(text == bytes || (defused && text.substr(1) == bytes));
}
