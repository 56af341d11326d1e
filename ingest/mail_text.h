// Text of mail headers and file names made fit for people: valid UTF-8 without control characters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ingest {

// UTF-8 of `bytes` in the named character set: UTF-8, US-ASCII, ISO-8859-1, windows-1252. Of any other the ASCII
// characters are kept; what cannot be decoded becomes U+FFFD.
std::string to_utf8(std::string_view bytes, std::string_view charset);

// Valid UTF-8 of at most `max_bytes`, cut between characters. Line ends and tabs become blanks, other control
// characters (C0, DEL, C1) are left out, bytes that are no UTF-8 become U+FFFD.
std::string display_text(std::string_view bytes, std::size_t max_bytes);

// A header value unfolded, its encoded words (RFC 2047) decoded, then as display_text().
std::string decode_header(std::string_view value, std::size_t max_bytes = 4096);

// "a%20b" -> "a b"
std::string percent_decoded(std::string_view text);

// Seconds since 1970 of an RFC 5322 date; none when it is none.
std::optional<std::int64_t> parse_mail_date(std::string_view text);

}  // namespace ingest
