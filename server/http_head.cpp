#include "server/http_head.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace server {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_token_char(char c) {
  return is_digit(c) || is_alpha(c) ||
         (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<std::uint8_t>(text[i]);
    const std::size_t length = first < 0x80         ? 1
                               : first >> 5 == 0x6  ? 2
                               : first >> 4 == 0xE  ? 3
                               : first >> 3 == 0x1E ? 4
                                                    : 0;
    if (length == 0 || text.size() - i < length) return false;
    std::uint32_t code_point = length == 1 ? first : first & (0xFFu >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) {
      const auto next = static_cast<std::uint8_t>(text[i + k]);
      if (next >> 6 != 0x2) return false;
      code_point = code_point << 6 | (next & 0x3Fu);
    }
    constexpr std::array<std::uint32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    if (code_point < smallest[length] || code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF))
      return false;
    i += length;
  }
  return true;
}

// Headers that reach us, and what a second one of the same name means.
enum class Repeated { refused, list, cookies };
struct KnownHeader {
  std::string_view name;
  Repeated repeated;
};
constexpr std::array known_headers{
    KnownHeader{"accept", Repeated::list},
    KnownHeader{"accept-encoding", Repeated::list},
    KnownHeader{"accept-language", Repeated::list},
    KnownHeader{"authorization", Repeated::refused},
    KnownHeader{"connection", Repeated::list},
    KnownHeader{"content-disposition", Repeated::refused},
    KnownHeader{"content-length", Repeated::refused},
    KnownHeader{"content-type", Repeated::refused},
    KnownHeader{"cookie", Repeated::cookies},
    KnownHeader{"forwarded", Repeated::list},
    KnownHeader{"host", Repeated::refused},
    KnownHeader{"if-modified-since", Repeated::refused},
    KnownHeader{"if-none-match", Repeated::list},
    KnownHeader{"origin", Repeated::refused},
    KnownHeader{"referer", Repeated::refused},
    KnownHeader{"sec-fetch-dest", Repeated::refused},
    KnownHeader{"sec-fetch-mode", Repeated::refused},
    KnownHeader{"sec-fetch-site", Repeated::refused},
    KnownHeader{"user-agent", Repeated::refused},
    KnownHeader{"via", Repeated::list},
    KnownHeader{"x-forwarded-for", Repeated::list},
    KnownHeader{"x-forwarded-proto", Repeated::list},
    KnownHeader{"x-real-ip", Repeated::list},
};

// The line up to CR LF, which is cut off `text`; none where there is no CR LF.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 2);
  return line;
}

bool has_dot_segment(std::string_view path) {
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment == "." || segment == "..") return true;
    begin = end + 1;
  }
  return false;
}

// Origin form only (RFC 9112 3.2.1): we are no proxy. 0, or the status to refuse with.
int read_target(std::string_view target, const HttpLimits& limits, RequestHead& head) {
  if (target.size() > limits.target_bytes) return 414;
  if (target.empty() || target.front() != '/') return 400;
  for (char c : target)
    if (c <= ' ' || c > '~' || c == '#') return 400;
  const std::size_t mark = target.find('?');
  if (!percent_decode(target.substr(0, mark), false, head.path) || has_dot_segment(head.path)) return 400;
  if (mark == std::string_view::npos) return 0;
  for (std::size_t begin = mark + 1; begin < target.size();) {
    const std::size_t end = std::min(target.find('&', begin), target.size());
    const std::string_view pair = target.substr(begin, end - begin);
    begin = end + 1;
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    std::string name, value;
    if (!percent_decode(pair.substr(0, equals), true, name)) return 400;
    if (equals < pair.size() && !percent_decode(pair.substr(equals + 1), true, value)) return 400;
    head.query.emplace_back(std::move(name), std::move(value));
  }
  return 0;
}

int read_request_line(std::string_view line, const HttpLimits& limits, RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return 400;
  const std::string_view method = line.substr(0, first);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(method)) return 400;
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    const bool other = version.size() == 8 && version.substr(0, 5) == "HTTP/" && is_digit(version[5]) &&
                       version[6] == '.' && is_digit(version[7]);
    return other ? 505 : 400;
  }
  constexpr std::array<std::string_view, 6> methods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
  if (std::find(methods.begin(), methods.end(), method) == methods.end()) return 405;
  head.method = method;
  head.http_1_0 = version == "HTTP/1.0";
  return read_target(line.substr(first + 1, last - first - 1), limits, head);
}

int keep_header(std::string name, std::string_view value, const HttpLimits& limits, RequestHead& head) {
  if (!limits.user_header.empty() && name == limits.user_header)
    return head.headers.emplace(std::move(name), value).second ? 0 : 400;
  const auto known = std::find_if(known_headers.begin(), known_headers.end(),
                                  [&](const KnownHeader& header) { return header.name == name; });
  if (known == known_headers.end()) return 0;
  const auto [at, fresh] = head.headers.emplace(std::move(name), value);
  if (fresh) return 0;
  if (known->repeated == Repeated::refused) return 400;
  at->second.append(known->repeated == Repeated::cookies ? "; " : ", ").append(value);
  return 0;
}

int read_header(std::string_view line, const HttpLimits& limits, RequestHead& head, bool& transfer_encoding) {
  const std::size_t colon = line.find(':');
  // Blanks before the colon and folded lines are no tokens.
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return 400;
  std::string name = lower(line.substr(0, colon));
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  for (char c : value)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) return 400;
  if (name == "transfer-encoding") transfer_encoding = true;
  if (name == "content-encoding" && lower(value) != "identity") return 415;
  if (name == "expect") {
    if (lower(value) != "100-continue") return 417;
    head.expects_continue = !head.http_1_0;
  }
  return keep_header(std::move(name), value, limits, head);
}

bool is_host(std::string_view value) {
  return !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
    return is_digit(c) || is_alpha(c) || std::string_view("-._:[]").find(c) != std::string_view::npos;
  });
}

// How long the body is, by RFC 9112 6.3 without its leniences.
int read_framing(bool transfer_encoding, const HttpLimits& limits, std::size_t path_end, std::string_view target,
                 RequestHead& head) {
  const auto length = head.headers.find("content-length");
  const bool has_length = length != head.headers.end();
  if (transfer_encoding) return has_length ? 400 : 411;
  const bool upload = head.method == "POST" && target.substr(0, path_end) == limits.upload_path;
  if (!has_length) return upload ? 411 : 0;
  const std::string& digits = length->second;
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return 400;
  for (char digit : digits) {
    head.content_length = head.content_length * 10 + static_cast<std::size_t>(digit - '0');
    if (head.content_length > std::max(limits.body_bytes, limits.upload_bytes)) return 413;
  }
  if (head.content_length > (upload ? limits.upload_bytes : limits.body_bytes)) return 413;
  if (head.content_length > 0 && (head.method == "GET" || head.method == "HEAD")) return 400;
  return 0;
}

}  // namespace

bool percent_decode(std::string_view text, bool plus_is_blank, std::string& decoded) {
  decoded.clear();
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (text.size() - i < 3) return false;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return false;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_blank) {
      c = ' ';
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
    decoded += c;
  }
  return is_utf8(decoded);
}

tl::expected<RequestHead, int> check_head(std::string_view text, const HttpLimits& limits) {
  if (text.size() > limits.head_bytes) return tl::unexpected(431);
  RequestHead head;
  const auto request_line = take_line(text);
  if (!request_line) return tl::unexpected(400);
  if (int status = read_request_line(*request_line, limits, head)) return tl::unexpected(status);

  bool transfer_encoding = false;
  std::size_t headers = 0;
  for (;;) {
    const auto line = take_line(text);
    if (!line) return tl::unexpected(400);
    if (line->empty()) break;
    if (++headers > limits.headers) return tl::unexpected(431);
    if (int status = read_header(*line, limits, head, transfer_encoding)) return tl::unexpected(status);
  }
  if (!text.empty()) return tl::unexpected(400);

  const auto host = head.headers.find("host");
  if (host == head.headers.end() ? !head.http_1_0 : !is_host(host->second)) return tl::unexpected(400);
  const std::string_view target = request_line->substr(head.method.size() + 1);
  if (int status = read_framing(transfer_encoding, limits, target.find_first_of("? "), target, head))
    return tl::unexpected(status);
  return head;
}

}  // namespace server
