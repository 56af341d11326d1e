// How originals lie in the database: compressed once. original_codec.cpp sees zlib.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "schema/result.h"

namespace schema {

enum class OriginalEncoding : std::uint8_t { plain = 0, zlib = 1, not_kept = 2 };  // numbers of original.encoding

struct EncodedOriginal {
  OriginalEncoding encoding = OriginalEncoding::plain;
  std::string body;
};

// Longest original that is kept; SQLite is told not to take longer values.
inline constexpr std::size_t longest_original_bytes = 60 * 1024 * 1024;

// gzip and zip stay as they are, everything else is deflated where that makes it smaller.
EncodedOriginal encode_original(std::string_view bytes);

// The bytes as they came; `bytes` is their length as the database has it, and never exceeded. Errors: internal
// corrupt; unavailable original_not_kept.
Result<std::string> decode_original(OriginalEncoding encoding, std::string_view body, std::size_t bytes);

}  // namespace schema
