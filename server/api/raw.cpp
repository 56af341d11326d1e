#include "server/api/raw.h"

#include <fmt/format.h>

namespace server {

Response raw_answer(const Reading& reading, std::string_view file_name, std::string bytes) {
  auto response = answer(reading, "application/octet-stream", std::move(bytes));
  response.headers.emplace_back("Content-Disposition", fmt::format("attachment; filename=\"{}\"", file_name));
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Content-Security-Policy", "sandbox; default-src 'none'");
  return response;
}

}  // namespace server
