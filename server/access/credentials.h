// What a request carries to say who asks. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/api/exchange.h"

namespace server {

// "rua_<id>_<secret>": ten and 64 lower-case hexadecimal digits.
struct TokenText {
  std::string id, secret;
};
std::string token_text(const TokenText& token);
std::optional<TokenText> parse_token(std::string_view text);

// What follows "Bearer" in Authorization; none where there is no such header, or one of another scheme.
std::optional<std::string> bearer(const Request& request);

// The session of the cookie: __Host-ruadar where the way to the client is secure, else ruadar. Given twice, it is none:
// somebody else may have set the other one.
std::optional<std::string> session_cookie(const Request& request);
// The value of Set-Cookie. An empty session takes it away.
std::string set_session_cookie(bool secure, std::string_view session);

// GET and HEAD change nothing.
bool is_safe(const Request& request);
// A browser says that this request comes from a page of ours.
bool says_same_origin(const Request& request);

}  // namespace server
