// What may be shown on a terminal or written to a log: strangers choose names, subjects and reasons.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace server {

// Valid UTF-8 without control characters: C0, DEL, C1, line and paragraph separators, and the marks that reorder text
// become "\x1b" or "\u202e"; bytes that are no UTF-8 become "\xff".
std::string printable(std::string_view text);

bool is_terminal(int fd);
std::size_t terminal_columns(int fd);  // 80 where nobody knows

// Whether colours are written: "auto" (to a terminal, unless NO_COLOR is set), "always", "never". false: some other
// word.
bool set_colour(std::string_view when);
enum class Colour { red, yellow, bold };
// `text` in this colour where colours are written to `fd`.
std::string in_colour(Colour colour, std::string_view text, int fd);

// Rows of cells as columns of text, the first row being the headings. Cells are made printable; those of
// `right_aligned` columns stand to the right. No line ends in blanks. Wider than `columns`, the widest of the others
// lose their ends, which an ellipsis tells; 0: as wide as it gets.
std::string text_table(const std::vector<std::vector<std::string>>& rows, const std::vector<bool>& right_aligned,
                       std::size_t columns = 0);

}  // namespace server
