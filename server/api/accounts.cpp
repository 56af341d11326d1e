#include "server/api/accounts.h"

#include "schema/day.h"
#include "server/api/problem.h"

namespace server {

void write_domains(JsonWriter& json, const std::vector<std::string>& domains) {
  json.key("domains").begin_array();
  for (const std::string& domain : domains) json.value(domain);
  json.end_array();
}

void write_maybe_time(JsonWriter& json, std::string_view name, std::optional<std::int64_t> time) {
  json.member(name, time ? std::optional(schema::time_text(*time)) : std::nullopt);
}

Response changed_answer(int status, JsonWriter& json) {
  Response response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  response.body = json.take();
  return response;
}

Response no_content() {
  Response response;
  response.status = 204;
  response.headers = {{"Cache-Control", "no-store"}};
  return response;
}

Response uncached(Response response) {
  std::erase_if(response.headers, [](const auto& header) { return header.first == "ETag" || header.first == "Vary"; });
  for (auto& [name, value] : response.headers) {
    if (name == "Cache-Control") value = "no-store";
  }
  return response;
}

Response refused_change(const schema::Error& error) {
  if (error.kind != schema::ErrorKind::malformed) return failure_response(error);
  if (error.code == "not_found") return not_found(error.message);
  return problem(error.code == "exists" || error.code == "last_admin" ? 409 : 400, error.code, error.message);
}

}  // namespace server
