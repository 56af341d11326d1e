// Upper and lower case of ASCII; everything else stays as it is.
#pragma once

#include <string>
#include <string_view>

namespace schema {

inline std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace schema
