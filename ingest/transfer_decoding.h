// The transfer encodings of MIME undone, leniently: gateways rewrap, pad wrongly and append footers. libmimetic's own
// decoders read past their tables, so these are ours.
#pragma once

#include <string>
#include <string_view>

namespace ingest {

// Skips whatever is not of the alphabet, stops at the first padding, and needs none.
std::string decode_base64(std::string_view text);

// "=XX" and soft line breaks; an '=' that begins neither is kept.
std::string decode_quoted_printable(std::string_view text);

// The lines between "begin MODE NAME" and "end"; empty when there is no such line.
std::string decode_uuencode(std::string_view text);

// `encoding` is the value of Content-Transfer-Encoding; any but base64, quoted-printable and uuencode is taken as no
// encoding at all.
std::string decode_transfer(std::string_view body, std::string_view encoding);

// Whether the text holds nothing but the base64 alphabet, line ends and blanks, and is worth decoding: what some
// gateways send without saying so.
bool looks_like_base64(std::string_view text);

}  // namespace ingest
