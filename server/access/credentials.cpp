#include "server/access/credentials.h"

#include <fmt/format.h>

#include <algorithm>

namespace server {
namespace {

constexpr std::size_t id_digits = 10;
constexpr std::size_t secret_digits = 64;

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string_view cookie_name(bool secure) {
  return secure ? "__Host-ruadar" : "ruadar";
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

std::string token_text(const TokenText& token) {
  return "rua_" + token.id + "_" + token.secret;
}

std::optional<TokenText> parse_token(std::string_view text) {
  constexpr std::string_view prefix = "rua_";
  if (text.size() != prefix.size() + id_digits + 1 + secret_digits || text.substr(0, prefix.size()) != prefix)
    return std::nullopt;
  text.remove_prefix(prefix.size());
  const auto id = text.substr(0, id_digits), secret = text.substr(id_digits + 1);
  if (text[id_digits] != '_' || !is_hex(id) || !is_hex(secret)) return std::nullopt;
  return TokenText{std::string(id), std::string(secret)};
}

std::optional<std::string> bearer(const Request& request) {
  const auto header = request.header("authorization");
  if (!header) return std::nullopt;
  constexpr std::string_view scheme = "bearer ";
  if (header->size() < scheme.size()) return std::nullopt;
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    const char c = (*header)[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != scheme[i]) return std::nullopt;
  }
  return std::string(trimmed(std::string_view(*header).substr(scheme.size())));
}

std::optional<std::string> session_cookie(const Request& request) {
  const auto header = request.header("cookie");
  if (!header) return std::nullopt;
  std::optional<std::string> found;
  std::string_view rest = *header;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(';'), rest.size());
    const auto pair = trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto equals = std::min(pair.find('='), pair.size());
    if (pair.substr(0, equals) != cookie_name(request.secure)) continue;
    if (found) return std::nullopt;
    found = std::string(pair.substr(std::min(equals + 1, pair.size())));
  }
  return found;
}

std::string set_session_cookie(bool secure, std::string_view session) {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict{}{}", cookie_name(secure), session,
                     secure ? "; Secure" : "", session.empty() ? "; Max-Age=0" : "");
}

bool is_safe(const Request& request) {
  return request.method == "GET" || request.method == "HEAD";
}

bool says_same_origin(const Request& request) {
  const auto site = request.header("sec-fetch-site");
  // What contradicts it was refused before.
  return site ? *site == "same-origin" : request.header("origin").has_value();
}

}  // namespace server
