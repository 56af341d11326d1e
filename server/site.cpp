#include "server/site.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "server/gzip.h"
#include "server/http_answers.h"
#include "server/log.h"

namespace server {
namespace {

constexpr std::size_t least_bytes_to_compress = 1024;

// First parts of the addresses that are pages: all of them are index.html, which knows what to show.
constexpr std::array<std::string_view, 14> pages{"",          "domains", "senders", "sources",   "policies",
                                                 "reporters", "reports", "records", "ingest",    "setup",
                                                 "settings",  "help",    "login",   "index.html"};

struct File {
  std::string_view mime;
  std::string etag;
  std::string gzip;
  bool immutable = false;
};

bool starts_with(std::string_view text, std::string_view beginning) {
  return text.substr(0, beginning.size()) == beginning;
}

std::string* find_header(Response& response, std::string_view name) {
  for (auto& [key, value] : response.headers)
    if (key == name) return &value;
  return nullptr;
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
}

bool is_text(std::string_view mime) {
  return starts_with(mime, "text/") || starts_with(mime, "application/json") ||
         starts_with(mime, "application/problem+json") || starts_with(mime, "application/x-ndjson") ||
         starts_with(mime, "application/ndjson") || starts_with(mime, "application/xml");
}

bool has_tag(std::string_view list, std::string_view etag) {
  return list == "*" || list.find(etag) != std::string_view::npos;
}

class Site {
 public:
  Site(const SiteOptions& options, const std::vector<Asset>& assets, Handler api)
      : options_(options), api_(std::move(api)) {
    for (const Asset& asset : assets) {
      File file{asset.mime, '"' + std::string(asset.sha256.substr(0, 32)) + '"', std::string(asset.gzip), true};
      if (asset.path == "index.html") {
        file.immutable = false;
        if (!options_.base_path.empty()) {
          // Every address in it begins at the root of the site.
          std::string html = gunzip(file.gzip);
          replace_all(html, "=\"/", "=\"" + options_.base_path + "/");
          file.gzip = gzip(html);
        }
      } else if (!starts_with(asset.path, "assets/")) {
        file.immutable = false;  // its name does not change with its content
      }
      files_.emplace(asset.path, std::move(file));
    }
  }

  Response answer(const Request& asked) const {
    const auto began = std::chrono::steady_clock::now();
    Request request = asked;
    take_forwarded(request, options_.trusted_proxies);
    Response response = guarded(request);
    if (response.status == 100) return response;
    for (const auto& [name, value] : request.answer_headers)
      if (find_header(response, name) == nullptr) response.headers.emplace_back(name, value);
    for (const auto& header : security_headers())
      if (find_header(response, header.first) == nullptr) response.headers.push_back(header);
    if (request.secure) response.headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
    compress(request, response);
    const auto time = std::chrono::steady_clock::now() - began;
    if (options_.observe) {
      if (response.route.empty()) response.route = "unknown";
      options_.observe(asked, response, std::chrono::duration<double>(time).count());
    }
    if (options_.log_requests) {
      const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
      log_event(LogLevel::info, "http",
                {{"method", request.method},
                 {"path", asked.path},
                 {"status", std::to_string(response.status)},
                 {"ms", std::to_string(milliseconds)},
                 {"address", request.remote_ip},
                 {"who", request.principal.actor()}});
    }
    return response;
  }

 private:
  // `request` becomes what the API is asked.
  Response guarded(Request& request) const {
    if (!is_own_host(request, options_.hosts)) return refused(421);
    const bool safe = request.method == "GET" || request.method == "HEAD";
    if (!safe && is_cross_site(request, options_.hosts)) return refused(403);

    const std::string& base = options_.base_path;
    if (!starts_with(request.path, base)) return problem_response(404);
    const std::string path = request.path.substr(base.size());
    if (!path.empty() && path.front() != '/') return problem_response(404);
    if (path.empty()) {
      Response response;
      response.status = 308;
      response.headers = {{"Location", base + "/"}};
      return response;
    }
    const bool api = starts_with(path, "/api/");
    if (api || path == "/healthz" || path == "/readyz" || path == "/metrics") {
      request.path = path;
      if (api && options_.identify) {
        if (auto answer = options_.identify(request)) {
          answer->route = "refused";
          return *answer;
        }
      }
      return api_(request);
    }
    const File* file = find(path);
    if (file == nullptr) return problem_response(404);
    if (!safe) return problem_response(405);
    return serve(*file, request);
  }

  const File* find(const std::string& path) const {
    const auto at = files_.find(std::string_view(path).substr(1));
    if (at != files_.end()) return &at->second;
    const std::string_view first = std::string_view(path).substr(1, path.find('/', 1) - 1);
    if (std::find(pages.begin(), pages.end(), first) == pages.end()) return nullptr;
    const auto index = files_.find("index.html");
    return index != files_.end() ? &index->second : nullptr;
  }

  static Response refused(int status) {
    Response response = problem_response(status);
    response.route = "refused";
    return response;
  }

  static Response serve(const File& file, const Request& request) {
    Response response;
    response.route = "static";
    response.headers = {{"Content-Type", std::string(file.mime)},
                        {"ETag", file.etag},
                        {"Vary", "Accept-Encoding"},
                        {"Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache"}};
    if (has_tag(request.header("if-none-match").value_or(""), file.etag)) {
      response.status = 304;
    } else if (accepts_gzip(request.header("accept-encoding").value_or(""))) {
      response.headers.emplace_back("Content-Encoding", "gzip");
      response.body = file.gzip;
    } else {
      response.body = gunzip(file.gzip);
    }
    return response;
  }

  static void compress(const Request& request, Response& response) {
    const std::string* type = find_header(response, "Content-Type");
    if (type == nullptr || !is_text(*type) || find_header(response, "Content-Encoding") != nullptr) return;
    if (std::string* vary = find_header(response, "Vary"); vary == nullptr) {
      response.headers.emplace_back("Vary", "Accept-Encoding");
    } else if (vary->find("Accept-Encoding") == std::string::npos) {
      *vary += ", Accept-Encoding";
    }
    const bool worth_it = response.stream || response.body.size() > least_bytes_to_compress;
    if (!worth_it || !accepts_gzip(request.header("accept-encoding").value_or(""))) return;
    response.headers.emplace_back("Content-Encoding", "gzip");
    if (!response.stream) {
      response.body = gzip(response.body);
      return;
    }
    response.stream = [plain = std::move(response.stream)](const BodySink& sink) {
      GzipSink compressed(sink);
      return plain([&](std::string_view bytes) { return compressed.write(bytes); }) && compressed.finish();
    };
  }

  const SiteOptions options_;
  const Handler api_;
  std::map<std::string, File, std::less<>> files_;
};

}  // namespace

Handler site(const SiteOptions& options, const std::vector<Asset>& assets, Handler api) {
  auto whole = std::make_shared<const Site>(options, assets, std::move(api));
  return [whole](const Request& request) { return whole->answer(request); };
}

}  // namespace server
