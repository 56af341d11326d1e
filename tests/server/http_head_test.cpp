#include "server/http_head.h"

#include <string>
#include <vector>

#include "tests/support/catch.h"

using server::check_head;
using server::HttpLimits;

namespace {

HttpLimits limits() {
  HttpLimits small;
  small.target_bytes = 100;
  small.head_bytes = 1000;
  small.headers = 8;
  small.body_bytes = 1000;
  small.upload_bytes = 5000;
  small.user_header = "x-remote-user";
  return small;
}

struct Case {
  std::string why, head;
  int status;  // 0: accepted
};

std::string get(const std::string& headers) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
}
std::string post(const std::string& headers) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
}
std::string line(const std::string& request_line) {
  return request_line + "\r\nHost: a\r\n\r\n";
}
std::string upload(const std::string& headers) {
  return "POST /api/v1/reports HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
}
std::string many_headers(int n) {
  std::string text;
  for (int i = 0; i < n; ++i) text += "X-" + std::to_string(i) + ": 1\r\n";
  return text;
}

const std::vector<Case> cases{
    {"plain", get(""), 0},
    {"HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", 0},
    {"every method: HEAD", line("HEAD / HTTP/1.1"), 0},
    {"every method: DELETE", line("DELETE / HTTP/1.1"), 0},
    {"body on PATCH", "PATCH / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n", 0},
    {"body on PUT", "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n", 0},
    {"POST without length has no body", post(""), 0},
    {"Host with port", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", 0},
    {"target at the limit", line("GET /" + std::string(99, 'a') + " HTTP/1.1"), 0},
    {"as many headers as allowed", get(many_headers(7)), 0},
    {"blank value", get("X-A:\r\n"), 0},
    {"no blank after the colon", get("X-A:b\r\n"), 0},
    {"tab around a value", get("X-A:\tb\t\r\n"), 0},
    {"identity is no encoding", post("Content-Encoding: identity\r\nContent-Length: 1\r\n"), 0},
    {"100-continue", post("Expect: 100-Continue\r\nContent-Length: 5\r\n"), 0},
    {"length at the limit", post("Content-Length: 1000\r\n"), 0},
    {"upload at its limit", upload("Content-Length: 5000\r\n"), 0},
    {"multipart is let through", upload("Content-Length: 5\r\nContent-Type: multipart/form-data; boundary=x\r\n"), 0},
    {"leading zeros", post("Content-Length: 0005\r\n"), 0},
    {"length 0 on GET", get("Content-Length: 0\r\n"), 0},

    {"nothing", "", 400},
    {"only an empty line", "\r\n", 400},
    {"empty line first", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"no end of head", "GET / HTTP/1.1\r\nHost: a\r\n", 400},
    {"bytes after the end", get("") + "x", 400},
    {"bare LF", "GET / HTTP/1.1\nHost: a\n\n", 400},
    {"bare LF between headers", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400},
    {"bare CR in a value", get("X-A: b\rc\r\n"), 400},
    {"NUL in a value", get(std::string("X-A: b\0c\r\n", 10)), 400},
    {"NUL in the target", std::string("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 28), 400},
    {"DEL in a value", get("X-A: \x7f\r\n"), 400},
    {"escape in a value", get("X-A: \x1b[31m\r\n"), 400},
    {"HTTP/0.9", "GET /\r\n\r\n", 400},
    {"no method", line(" / HTTP/1.1"), 400},
    {"method that is no token", line("GE(T / HTTP/1.1"), 400},
    {"two blanks", line("GET  / HTTP/1.1"), 400},
    {"blank in the target", line("GET /a b HTTP/1.1"), 400},
    {"tab for a blank", line("GET\t/\tHTTP/1.1"), 400},
    {"version in lower case", line("GET / http/1.1"), 400},
    {"version with blank behind", line("GET / HTTP/1.1 "), 400},
    {"version too long", line("GET / HTTP/1.10"), 400},
    {"HTTP/2", line("PRI * HTTP/2.0"), 505},
    {"HTTP/1.2", line("GET / HTTP/1.2"), 505},
    {"unknown method", line("BREW / HTTP/1.1"), 405},
    {"TRACE", line("TRACE / HTTP/1.1"), 405},
    {"CONNECT", line("CONNECT a:443 HTTP/1.1"), 405},
    {"OPTIONS", line("OPTIONS * HTTP/1.1"), 405},
    {"method in lower case", line("get / HTTP/1.1"), 405},
    {"absolute form", line("GET http://a/ HTTP/1.1"), 400},
    {"asterisk form", line("GET * HTTP/1.1"), 400},
    {"authority form", line("GET a:80 HTTP/1.1"), 400},
    {"fragment", line("GET /#a HTTP/1.1"), 400},
    {"raw UTF-8 in the target", line("GET /\xc3\xa9 HTTP/1.1"), 400},
    {"cut escape", line("GET /%4 HTTP/1.1"), 400},
    {"escape of no hex", line("GET /%zz HTTP/1.1"), 400},
    {"escaped NUL", line("GET /%00 HTTP/1.1"), 400},
    {"escaped CR LF in the query", line("GET /?a=%0d%0aX:1 HTTP/1.1"), 400},
    {"escaped overlong UTF-8", line("GET /%c0%af HTTP/1.1"), 400},
    {"escaped surrogate", line("GET /%ed%a0%80 HTTP/1.1"), 400},
    {"parent segment", line("GET /a/../b HTTP/1.1"), 400},
    {"escaped parent segment", line("GET /a/%2e%2e/b HTTP/1.1"), 400},
    {"parent segment behind an escaped slash", line("GET /a%2f..%2fb HTTP/1.1"), 400},
    {"dot segment at the end", line("GET /a/. HTTP/1.1"), 400},
    {"target beyond the limit", line("GET /" + std::string(100, 'a') + " HTTP/1.1"), 414},
    {"too many headers", get(many_headers(8)), 431},
    {"head too large", get("X-A: " + std::string(1000, 'a') + "\r\n"), 431},
    {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
    {"empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
    {"two Hosts", get("Host: b\r\n"), 400},
    {"two Hosts that agree", get("Host: a\r\n"), 400},
    {"Host with user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
    {"Host with path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
    {"list of Hosts", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
    {"folded header", get("X-A: b\r\n c\r\n"), 400},
    {"blank before the colon", get("X-A : b\r\n"), 400},
    {"header without colon", get("X-A\r\n"), 400},
    {"header without name", get(": b\r\n"), 400},
    {"name with blank", get("X A: b\r\n"), 400},
    {"header line that begins with a blank", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
    {"chunked", post("Transfer-Encoding: chunked\r\n"), 411},
    {"chunked, otherwise spelt", post("transfer-ENCODING: xchunked\r\n"), 411},
    {"chunked on GET", get("Transfer-Encoding: chunked\r\n"), 411},
    {"chunked and length", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400},
    {"length and chunked", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400},
    {"upload without length", upload(""), 411},
    {"two lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n"), 400},
    {"two lengths that agree", post("Content-Length: 5\r\nContent-Length: 5\r\n"), 400},
    {"list of lengths", post("Content-Length: 5, 5\r\n"), 400},
    {"empty length", post("Content-Length:\r\n"), 400},
    {"negative length", post("Content-Length: -1\r\n"), 400},
    {"signed length", post("Content-Length: +1\r\n"), 400},
    {"hexadecimal length", post("Content-Length: 0x5\r\n"), 400},
    {"length with a fraction", post("Content-Length: 5.0\r\n"), 400},
    {"length with a blank", post("Content-Length: 5 5\r\n"), 400},
    {"length beyond the limit", post("Content-Length: 1001\r\n"), 413},
    {"length beyond 64 bits", post("Content-Length: 18446744073709551621\r\n"), 413},
    {"length as long as a line", post("Content-Length: " + std::string(500, '9') + "\r\n"), 413},
    {"upload beyond its limit", upload("Content-Length: 5001\r\n"), 413},
    {"upload limit elsewhere", "POST /api/v1/reports/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n", 413},
    {"body on GET", get("Content-Length: 5\r\n"), 400},
    {"body on HEAD", "HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", 400},
    {"gzip body", post("Content-Encoding: gzip\r\nContent-Length: 5\r\n"), 415},
    {"br body", post("Content-Encoding: br\r\nContent-Length: 5\r\n"), 415},
    {"unknown expectation", post("Expect: 200-ok\r\nContent-Length: 5\r\n"), 417},
    {"two expectations", post("Expect: 100-continue, x\r\nContent-Length: 5\r\n"), 417},
    {"two Content-Types", post("Content-Type: a/b\r\nContent-Type: c/d\r\nContent-Length: 1\r\n"), 400},
    {"two Authorizations", get("Authorization: a\r\nAuthorization: b\r\n"), 400},
    {"two cookies are one", get("Cookie: a=b\r\nCookie: c=d\r\n"), 0},
    {"two Authorizations", get("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"), 400},
    {"two proxies' users", get("X-Remote-User: a\r\nX-Remote-User: b\r\n"), 400},
    {"two Origins", get("Origin: http://a\r\nOrigin: http://b\r\n"), 400},
};

}  // namespace

TEST_CASE("every odd request head gets its status", "[http_head]") {
  for (const Case& one : cases) {
    INFO(one.why);
    const auto head = check_head(one.head, limits());
    CHECK((head ? 0 : head.error()) == one.status);
  }
}

TEST_CASE("a head cut short at any length is refused", "[http_head]") {
  const std::string whole = upload("Content-Length: 12\r\nContent-Type: text/xml\r\nCookie: a=b\r\n");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    INFO(length);
    CHECK_FALSE(check_head(std::string_view(whole).substr(0, length), limits()));
  }
  CHECK(check_head(whole, limits()));
}

TEST_CASE("a head is taken apart", "[http_head]") {
  const auto head = check_head(
      "POST /a%20b/%C3%A9?x=1&y=a+b%26c&x=2&flag&=v&& HTTP/1.1\r\nHOST: Example.test:80\r\nContent-Length: 7\r\n"
      "X-Unknown: gone\r\nAccept: a/b\r\nAccept: c/d\r\nCookie: a=1\r\nCookie: b=2\r\nRange: bytes=0-1\r\n\r\n",
      HttpLimits{});
  REQUIRE(head);
  CHECK(head->method == "POST");
  CHECK(head->path == "/a b/\xc3\xa9");
  const std::vector<std::pair<std::string, std::string>> query{
      {"x", "1"}, {"y", "a b&c"}, {"x", "2"}, {"flag", ""}, {"", "v"}};
  CHECK(head->query == query);
  CHECK(head->content_length == 7);
  CHECK(head->headers.at("host") == "Example.test:80");
  CHECK(head->headers.at("accept") == "a/b, c/d");
  CHECK(head->headers.at("cookie") == "a=1; b=2");
  CHECK(head->headers.count("x-unknown") == 0);
  CHECK(head->headers.count("range") == 0);
  CHECK_FALSE(head->http_1_0);
}

TEST_CASE("plus is a blank in a query and itself in a path", "[http_head]") {
  std::string decoded;
  CHECK(server::percent_decode("a+b%2B", true, decoded));
  CHECK(decoded == "a b+");
  CHECK(server::percent_decode("a+b", false, decoded));
  CHECK(decoded == "a+b");
  CHECK_FALSE(server::percent_decode("%F5%80%80%80", true, decoded));
}
