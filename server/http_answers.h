// What the HTTP front says by itself: refusals, and the headers that every response carries.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/api/exchange.h"

namespace server {

// What a browser may do with our pages: nothing that is not in the page, and nothing for other sites.
const std::vector<std::pair<std::string, std::string>>& security_headers();

// A status with its reason, as application/problem+json (RFC 9457) with the security headers. `detail` is one sentence;
// without it the status' own.
Response problem_response(int status, std::string_view detail = {});

// The same as bytes on the wire, after which the connection closes.
std::string refusal(int status);

}  // namespace server
