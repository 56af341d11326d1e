// What is UTF-8 (RFC 3629) and what is not.
#pragma once

#include <cstddef>
#include <string_view>

namespace schema {

// Length of the character at the beginning of `text`; 0 where there is none.
std::size_t utf8_length(std::string_view text);

// Whether all of it is UTF-8.
bool is_utf8(std::string_view text);

}  // namespace schema
