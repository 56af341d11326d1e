#include "server/http_head.h"

#include "tests/fuzz/fuzzed.h"

void fuzz::one_input(std::string_view bytes) {
  const server::HttpLimits limits;
  const auto head = server::check_head(bytes, limits);
  if (!head) {
    PROMISE(head.error() >= 400 && head.error() < 600);
    return;
  }
  const auto& [method, path, query, headers, content_length, http_1_0, expects_continue] = *head;
  PROMISE(!path.empty() && path.front() == '/');
  PROMISE((path + "/").find("/../") == std::string::npos && (path + "/").find("/./") == std::string::npos);
  PROMISE(content_length <= limits.upload_bytes);
  PROMISE(headers.size() <= limits.headers);
  for (const auto& [name, value] : headers) {
    for (const unsigned char c : name + value) PROMISE(c >= 0x20 || c == '\t');
  }
}
