#include "ingest/https_form.h"

#include <curl/curl.h>

#include <array>
#include <memory>

#include "ingest/loopback.h"

namespace ingest {
namespace {

constexpr std::size_t most_bytes = 256 * 1024;

struct EasyCleanup {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& body = *static_cast<std::string*>(user);
  if (body.size() + size * count > most_bytes) return 0;
  body.append(bytes, size * count);
  return size * count;
}

int stop_when_rung(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Bell*>(user)->stopping() ? 1 : 0;
}

std::string encoded(std::string_view text) {
  static constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    const auto byte = static_cast<unsigned char>(c);
    out += plain ? std::string(1, c) : std::string{'%', hex[byte >> 4], hex[byte & 15]};
  }
  return out;
}

}  // namespace

schema::Result<HttpAnswer> post_form(const std::string& url, const FormFields& fields, const std::string& ca_file,
                                     Bell& bell) {
  start_curl();
  const std::unique_ptr<CURL, EasyCleanup> easy(curl_easy_init());
  if (!easy) return schema::internal_error("http", "libcurl cannot be used.");
  CURL* const handle = easy.get();
  std::string form;
  for (const auto& [name, value] : fields) form += (form.empty() ? "" : "&") + encoded(name) + "=" + encoded(value);
  HttpAnswer answer;
  std::array<char, CURL_ERROR_SIZE> words = {};
  LoopbackGuard guard{url.compare(0, 8, "https://") != 0};

  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "https,http");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);  // secrets go where they were sent, and nowhere else
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(form.size()));
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, form.c_str());
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!ca_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, ca_file.c_str());
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT, 30L);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, words.data());
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, stop_when_rung);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &bell);
  guard.install(handle);
  const CURLcode code = curl_easy_perform(handle);
  if (guard.refused) {
    return schema::unavailable("http", "Secrets go to https addresses only, and " + url + " is none.");
  }
  if (code != CURLE_OK) {
    return schema::unavailable(
        "http", "No answer from " + url + ": " + (words[0] != '\0' ? words.data() : curl_easy_strerror(code)) + ".");
  }
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

}  // namespace ingest
