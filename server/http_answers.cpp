#include "server/http_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace server {
namespace {

struct Status {
  int status;
  std::string_view reason;  // RFC 9110
  std::string_view code;    // stable
  std::string_view detail;
};

constexpr std::array statuses{
    Status{400, "Bad Request", "bad_request", "This is not a valid HTTP/1.1 request."},
    Status{403, "Forbidden", "cross_site", "Another site may not do this here."},
    Status{404, "Not Found", "not_found", "There is nothing at this address."},
    Status{405, "Method Not Allowed", "method_not_allowed", "This method is not served."},
    Status{408, "Request Timeout", "request_timeout", "The request took too long to arrive."},
    Status{411, "Length Required", "length_required", "A body needs a Content-Length; transfer encodings are refused."},
    Status{413, "Content Too Large", "body_too_large", "The body is larger than the limit of this address."},
    Status{414, "URI Too Long", "target_too_long", "The address is longer than the limit."},
    Status{415, "Unsupported Media Type", "content_encoding", "A body must come without Content-Encoding."},
    Status{417, "Expectation Failed", "expectation", "The only expectation that is understood is 100-continue."},
    Status{421, "Misdirected Request", "wrong_host",
           "This server is not called by this name; server.hosts lists the names of a server."},
    Status{431, "Request Header Fields Too Large", "head_too_large", "The request has too many or too long headers."},
    Status{500, "Internal Server Error", "internal", "Something failed here; the log says more."},
    Status{503, "Service Unavailable", "busy", "The server is busy; try again in a moment."},
    Status{505, "HTTP Version Not Supported", "http_version", "HTTP/1.1 and HTTP/1.0 are served."},
};

const Status& find(int status) {
  const auto at = std::find_if(statuses.begin(), statuses.end(), [&](const Status& s) { return s.status == status; });
  return at != statuses.end() ? *at : find(500);
}

}  // namespace

const std::vector<std::pair<std::string, std::string>>& security_headers() {
  static const std::vector<std::pair<std::string, std::string>> headers{
      {"Content-Security-Policy",
       "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
       "font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
       "require-trusted-types-for 'script'"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"X-Frame-Options", "DENY"},
  };
  return headers;
}

Response problem_response(int status, std::string_view detail) {
  const Status& row = find(status);
  Response response;
  response.status = row.status;
  response.headers = security_headers();
  response.headers.emplace_back("Content-Type", "application/problem+json");
  response.headers.emplace_back("Cache-Control", "no-store");
  if (status == 503) response.headers.emplace_back("Retry-After", "2");
  if (status == 405) response.headers.emplace_back("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE");
  // Sentences of ours: nothing to escape.
  response.body = fmt::format(R"({{"type":"about:blank","title":"{}","status":{},"code":"{}","detail":"{}"}})",
                              row.reason, row.status, row.code, detail.empty() ? row.detail : detail);
  return response;
}

std::string refusal(int status) {
  const Response response = problem_response(status);
  std::string bytes = fmt::format("HTTP/1.1 {} {}\r\n", response.status, find(status).reason);
  for (const auto& [name, value] : response.headers) bytes += fmt::format("{}: {}\r\n", name, value);
  bytes += fmt::format("Content-Length: {}\r\nConnection: close\r\n\r\n{}", response.body.size(), response.body);
  return bytes;
}

}  // namespace server
