// GET /api/v1/openapi.json: server/openapi.json, with the address below which we stand.
#include <fmt/format.h>

#include <functional>

#include "server/api/problem.h"
#include "server/api/question.h"
#include "server/api/resources.h"

// Made by server/CMakeLists.txt.
extern "C" {
extern const char ruadar_openapi[], ruadar_openapi_end[];
}

namespace server {
namespace {

// "servers" of the file, which counts from the root.
constexpr std::string_view root = R"({"url": "/"})";

std::string document(const std::string& base_path) {
  std::string text(ruadar_openapi, static_cast<std::size_t>(ruadar_openapi_end - ruadar_openapi));
  const auto at = text.find(root);
  if (!base_path.empty() && at != std::string::npos)
    text.replace(at, root.size(), fmt::format(R"({{"url": "{}"}})", base_path));
  return text;
}

}  // namespace

Response get_openapi(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  question.end();
  if (!question.errors().empty()) return parameter_problem(question.errors());
  Response response;
  response.body = document(context.base_path);
  const auto etag = fmt::format("W/\"{:016x}\"", std::hash<std::string>()(response.body));
  response.headers = {{"Content-Type", "application/json"}, {"ETag", etag}, {"Cache-Control", "no-cache"}};
  if (request.header("if-none-match").value_or("").find(etag) != std::string::npos) {
    response.status = 304;
    response.body.clear();
  }
  return response;
}

}  // namespace server
