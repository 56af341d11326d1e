#include "server/api/body.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "server/api/problem.h"
#include "server/api/question.h"

namespace server {
namespace {

constexpr std::size_t longest_body_bytes = 64 * 1024;

}  // namespace

Response bad_body(std::string_view detail) {
  return problem(400, "invalid_body", detail);
}

tl::expected<Body, Response> Body::read(const Request& request, std::initializer_list<std::string_view> known) {
  Question question(request);
  question.end();
  if (!question.errors().empty()) return tl::unexpected(parameter_problem(question.errors()));
  if (request.body.size() > longest_body_bytes) return tl::unexpected(bad_body("The body is too long."));
  const auto json = nlohmann::json::parse(request.body, nullptr, false);
  if (!json.is_object()) return tl::unexpected(bad_body("The body must be a JSON object."));
  Body body;
  for (const auto& [key, value] : json.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end())
      return tl::unexpected(bad_body("The body has a member that is unknown."));
    if (value.is_null()) continue;
    if (value.is_string()) {
      body.members_[key] = value.get<std::string>();
    } else if (value.is_number_integer()) {
      body.members_[key] = value.get<std::int64_t>();
    } else if (value.is_array() &&
               std::all_of(value.begin(), value.end(), [](const auto& v) { return v.is_string(); })) {
      body.members_[key] = value.get<std::vector<std::string>>();
    } else {
      return tl::unexpected(bad_body("The members of the body are texts, whole numbers and lists of texts."));
    }
  }
  return body;
}

}  // namespace server
