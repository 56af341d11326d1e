#include "server/api/problem.h"

#include "server/json.h"

namespace server {
namespace {

std::string_view title(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 507:
      return "Insufficient Storage";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

// The page that explains problems, by code: "/help/errors#invalid-parameter".
std::string type_of(std::string_view code) {
  std::string type = "/help/errors#";
  for (const char c : code) type += c == '_' ? '-' : c;
  return type;
}

Response written(int status, std::string_view code, std::string_view detail,
                 const std::vector<schema::ParameterError>& errors) {
  JsonWriter json;
  json.begin_object()
      .member("type", type_of(code))
      .member("title", title(status))
      .member("status", status)
      .member("code", code)
      .member("detail", detail);
  if (!errors.empty()) {
    json.key("errors").begin_array();
    for (const auto& error : errors) {
      json.begin_object().member("parameter", error.parameter).member("detail", error.detail).end_object();
    }
    json.end_array();
  }
  json.end_object();

  Response response;
  response.status = status;
  response.headers = {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}};
  if (status == 503) response.headers.emplace_back("Retry-After", "5");
  response.body = json.take();
  return response;
}

}  // namespace

Response problem(int status, std::string_view code, std::string_view detail) {
  return written(status, code, detail, {});
}

Response parameter_problem(const std::vector<schema::ParameterError>& errors) {
  return written(400, errors.front().code, errors.front().detail, errors);
}

Response not_found(std::string_view detail) {
  return problem(404, "not_found", detail);
}

Response failure_response(const schema::Error& error) {
  if (error.code == "interrupted") {
    return problem(503, "query_timeout", "The answer took too long; ask for fewer days, or with fewer filters.");
  }
  if (error.code == "disk_full" || error.code == "disk_low") return problem(507, error.code, error.message);
  if (error.code == "corrupt" || error.code == "not_a_database")
    return problem(503, "database_damaged",
                   "The database is damaged: it is read as far as it can be, and not written.");
  if (error.kind == schema::ErrorKind::unavailable) return problem(503, error.code, error.message);
  return problem(500, "internal", "Something failed here; it is no fault of the request.");
}

}  // namespace server
