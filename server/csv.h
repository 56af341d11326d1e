// CSV as RFC 4180 has it, in UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace server {

// A cell with text, quoted where it must be. A cell that a spreadsheet would run as a formula (it begins with = + - @,
// a tab, CR, or the fullwidth =) gets an apostrophe in front.
void append_csv_text(std::string& out, std::string_view text);

}  // namespace server
