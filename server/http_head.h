// The head of a request, checked strictly (RFC 9112, RFC 9110) and taken apart. Pure: no socket, no HTTP library.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "server/http_limits.h"

namespace server {

struct RequestHead {
  std::string method;  // GET, HEAD, POST, PUT, PATCH or DELETE
  std::string path;    // percent-decoded UTF-8 without control characters and without "." and ".." segments
  std::vector<std::pair<std::string, std::string>> query;  // percent-decoded, in order
  std::map<std::string, std::string> headers;              // those we use, and no others; names in lower case
  std::size_t content_length = 0;
  bool http_1_0 = false;
  bool expects_continue = false;  // waits for "100 Continue" before it sends the body
};

// `head`: the request line and the header lines with the empty line at the end. Otherwise the status to refuse with:
// 400 (not HTTP, or ambiguous), 405, 411 (transfer encodings; uploads without length), 413, 414, 415 (compressed body),
// 417, 431, 505.
tl::expected<RequestHead, int> check_head(std::string_view head, const HttpLimits& limits);

// "%41+b" to "A b" (`plus_is_blank`) or "A+b". False: a bad escape, or the text holds control characters or is not
// UTF-8.
bool percent_decode(std::string_view text, bool plus_is_blank, std::string& decoded);

}  // namespace server
