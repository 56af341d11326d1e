#include "server/site.h"

#include <string>

#include "server/gzip.h"
#include "tests/support/catch.h"

using server::Asset;
using server::Handler;
using server::Request;
using server::Response;
using server::SiteOptions;

namespace {

const std::string html = "<meta name=\"base\" content=\"/\"><script src=\"/assets/main-1.js\"></script>";
const std::string script = "let everything = 1;";

const std::vector<Asset>& assets() {
  static const std::string packed_html = server::gzip(html), packed_script = server::gzip(script);
  static const std::vector<Asset> table{
      {"assets/main-1.js", "text/javascript; charset=utf-8", "0123456789abcdef0123456789abcdef", packed_script},
      {"index.html", "text/html; charset=utf-8", "fedcba9876543210fedcba9876543210", packed_html}};
  return table;
}

Response api(const Request& request) {
  Response response;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = "{\"path\":\"" + request.path + "\"}";
  if (request.path == "/api/large") response.body = std::string(5000, ' ');
  if (request.path == "/api/raw")
    response.headers = {{"Content-Type", "application/octet-stream"}, {"Content-Security-Policy", "sandbox"}};
  if (request.path == "/api/stream") {
    response.stream = [](const server::BodySink& sink) { return sink("one\n") && sink("two\n"); };
  }
  return response;
}

Request request(const std::string& path, std::map<std::string, std::string> headers = {},
                const std::string& method = "GET") {
  Request result;
  result.method = method;
  result.path = path;
  result.headers = std::move(headers);
  result.headers.emplace("host", "127.0.0.1:8080");
  return result;
}

std::string header(const Response& response, std::string_view name) {
  std::string found;
  for (const auto& [key, value] : response.headers)
    if (key == name) found += (found.empty() ? "" : " | ") + value;
  return found;
}

}  // namespace

TEST_CASE("every response has the security headers once", "[site]") {
  const Handler site = server::site({}, assets(), api);
  for (const char* path : {"/", "/assets/main-1.js", "/api/v1/summary", "/nothing", "/healthz"}) {
    INFO(path);
    const Response response = site(request(path));
    CHECK(header(response, "Content-Security-Policy") ==
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
          "font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
          "require-trusted-types-for 'script'");
    CHECK(header(response, "X-Content-Type-Options") == "nosniff");
    CHECK(header(response, "Referrer-Policy") == "no-referrer");
    CHECK(header(response, "Cross-Origin-Opener-Policy") == "same-origin");
    CHECK(header(response, "Cross-Origin-Resource-Policy") == "same-origin");
    CHECK(header(response, "X-Frame-Options") == "DENY");
  }
  CHECK(header(site(request("/api/raw")), "Content-Security-Policy") == "sandbox");
}

TEST_CASE("pages are index.html, other addresses are not found", "[site]") {
  const Handler site = server::site({}, assets(), api);
  for (const char* path : {"/", "/domains/example.com", "/sources/192.0.2.1", "/ingest/failures/7", "/policies"}) {
    INFO(path);
    CHECK(site(request(path)).body == html);
    CHECK(header(site(request(path)), "Cache-Control") == "no-cache");
  }
  for (const char* path : {"/favicon.ico", "/assets/main-2.js", "/domain", "/.git/config", "/api", "/index.php"}) {
    INFO(path);
    CHECK(site(request(path)).status == 404);
  }
}

TEST_CASE("assets come compressed or plain, for ever or with a tag", "[site]") {
  const Handler site = server::site({}, assets(), api);
  const Response plain = site(request("/assets/main-1.js"));
  CHECK(plain.body == script);
  CHECK(header(plain, "Cache-Control") == "public, max-age=31536000, immutable");
  CHECK(header(plain, "Content-Encoding").empty());
  const Response packed = site(request("/assets/main-1.js", {{"accept-encoding", "br;q=1, gzip;q=0.8"}}));
  CHECK(header(packed, "Content-Encoding") == "gzip");
  CHECK(server::gunzip(packed.body) == script);
  const std::string tag = header(plain, "ETag");
  const Response known = site(request("/assets/main-1.js", {{"if-none-match", "\"x\", " + tag}}));
  CHECK(known.status == 304);
  CHECK(known.body.empty());
  CHECK(site(request("/", {}, "POST")).status == 405);
}

TEST_CASE("gzip is used where it is wanted and worth it", "[site]") {
  const Handler site = server::site({}, assets(), api);
  const std::map<std::string, std::string> wanted{{"accept-encoding", "gzip"}};
  CHECK(header(site(request("/api/large")), "Content-Encoding").empty());
  CHECK(header(site(request("/api/small", wanted)), "Content-Encoding").empty());
  CHECK(header(site(request("/api/large", {{"accept-encoding", "gzip;q=0"}})), "Content-Encoding").empty());
  const Response large = site(request("/api/large", wanted));
  CHECK(header(large, "Content-Encoding") == "gzip");
  CHECK(header(large, "Vary") == "Accept-Encoding");
  CHECK(server::gunzip(large.body) == std::string(5000, ' '));
  const Response streamed = site(request("/api/stream", wanted));
  std::string packed;
  CHECK(streamed.stream([&](std::string_view bytes) {
    packed += bytes;
    return true;
  }));
  CHECK(server::gunzip(packed) == "one\ntwo\n");
}

TEST_CASE("everything stands below the base path", "[site]") {
  SiteOptions options;
  options.base_path = "/dmarc";
  const Handler site = server::site(options, assets(), api);
  CHECK(site(request("/dmarc")).status == 308);
  CHECK(header(site(request("/dmarc")), "Location") == "/dmarc/");
  CHECK(site(request("/dmarc/")).body ==
        "<meta name=\"base\" content=\"/dmarc/\"><script src=\"/dmarc/assets/main-1.js\"></script>");
  CHECK(site(request("/dmarc/assets/main-1.js")).body == script);
  CHECK(site(request("/dmarc/api/v1/summary")).body == "{\"path\":\"/api/v1/summary\"}");
  CHECK(site(request("/dmarc/healthz")).body == "{\"path\":\"/healthz\"}");
  for (const char* path : {"/", "/api/v1/summary", "/dmarcx", "/dmarcx/api/v1/summary"}) {
    INFO(path);
    CHECK(site(request(path)).status == 404);
  }
}

TEST_CASE("on loopback only our own names are answered", "[site]") {
  SiteOptions options;
  options.hosts.address = "127.0.0.2";
  const Handler site = server::site(options, assets(), api);
  for (const char* host : {"localhost", "localhost:8080", "127.0.0.1", "127.0.0.1:9", "[::1]:80", "127.0.0.2:8080"})
    CHECK(site(request("/api/x", {{"host", host}})).status == 200);
  for (const char* host : {"attacker.example", "attacker.example:8080", "localhost.attacker.example",
                           "127.0.0.1.attacker.example", "[::2]:80", "192.0.2.1"})
    CHECK(site(request("/api/x", {{"host", host}})).status == 421);
  options.hosts.names = {"dmarc.example.com"};
  const Handler named = server::site(options, assets(), api);
  CHECK(named(request("/api/x", {{"host", "dmarc.example.com"}})).status == 200);
}

TEST_CASE("other sites cannot make a browser change anything", "[site]") {
  const Handler site = server::site({}, assets(), api);
  const auto post = [&](std::map<std::string, std::string> headers) {
    return site(request("/api/v1/reports", std::move(headers), "POST")).status;
  };
  CHECK(post({}) == 200);  // a script
  CHECK(post({{"origin", "http://127.0.0.1:8080"}, {"sec-fetch-site", "same-origin"}}) == 200);
  CHECK(post({{"origin", "https://127.0.0.1:8080"}}) == 200);  // behind a proxy with TLS
  CHECK(post({{"sec-fetch-site", "none"}}) == 200);
  CHECK(post({{"sec-fetch-site", "cross-site"}}) == 403);
  CHECK(post({{"sec-fetch-site", "same-site"}}) == 403);
  CHECK(post({{"origin", "http://attacker.example"}}) == 403);
  CHECK(post({{"origin", "null"}}) == 403);
  CHECK(post({{"origin", "http://127.0.0.1:8081"}}) == 403);
  CHECK(site(request("/api/x", {{"origin", "http://attacker.example"}, {"sec-fetch-site", "cross-site"}})).status ==
        200);
}
