#include "server/commands/api_access.h"

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>

#include "server/api/routes.h"
#include "server/version.h"

namespace server {
namespace {

// The sentence of application/problem+json.
std::string detail_of(const std::string& body) {
  const auto problem = nlohmann::json::parse(body, nullptr, false);
  if (!problem.is_object()) return "the question failed";
  std::string detail = problem.value("detail", problem.value("title", std::string("the question failed")));
  // Where several parameters are wrong, all of them are worth a word.
  const auto errors = problem.find("errors");
  if (errors != problem.end() && errors->is_array() && errors->size() > 1) {
    detail.clear();
    for (const auto& error : *errors)
      detail += (detail.empty() ? "" : "; ") + error.value("detail", error.value("parameter", std::string()));
  }
  return detail;
}

}  // namespace

schema::Error ApiAccess::error_of(const Response& response) {
  std::string code = "failed";
  if (response.status == 400) code = "usage";
  if (response.status == 404) code = "not_found";
  if (response.status == 503) code = "busy";
  return {schema::ErrorKind::unavailable, code, detail_of(response.body), std::nullopt};
}

ApiAccess::ApiAccess(const std::string& path) : readers_(path, 1) {
  context_.version = version();
  context_.readers = &readers_;
}

schema::Result<std::unique_ptr<ApiAccess>> ApiAccess::open(const std::string& path) {
  std::unique_ptr<ApiAccess> access(new ApiAccess(path));
  const auto reader = access->readers_.lend(std::chrono::seconds(0));
  if (!reader) return schema::unexpected(reader.error());
  return access;
}

Response ApiAccess::answer(const std::string& resource, Query query) {
  Request request;
  request.method = "GET";
  request.principal = Principal::machine();
  request.path = "/api/v1/" + resource;
  request.query = std::move(query);
  return respond(context_, request);
}

std::optional<std::string> ApiAccess::member_of(const Response& response, std::string_view outer,
                                                std::string_view inner) {
  const auto body = nlohmann::json::parse(response.body, nullptr, false);
  const auto whole = body.is_object() ? body.value(std::string(outer), nlohmann::json()) : nlohmann::json();
  if (!whole.is_object()) return std::nullopt;
  const auto found = whole.find(std::string(inner));
  return found != whole.end() && found->is_string() ? std::optional(found->get<std::string>()) : std::nullopt;
}

schema::Result<Response> ApiAccess::get(const std::string& resource, Query query) {
  Response response = answer(resource, std::move(query));
  if (response.status != 200) return schema::unexpected(error_of(response));
  return response;
}

schema::Result<std::string> ApiAccess::text(const std::string& resource, Query query) {
  auto response = get(resource, std::move(query));
  if (!response) return schema::unexpected(response.error());
  if (!response->stream) return std::move(response->body);
  std::string whole;
  const bool complete = response->stream([&](std::string_view bytes) {
    whole += bytes;
    return true;
  });
  if (!complete) return schema::internal_error("broken", "the answer broke off");
  return whole;
}

}  // namespace server
