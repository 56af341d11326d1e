// The API functions without HTTP: commands ask what pages ask, and print it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/readers.h"
#include "schema/result.h"
#include "server/api/context.h"
#include "server/api/exchange.h"

namespace server {

class ApiAccess {
 public:
  // Reads the database at `path`. Errors: those of Database::open_reader() and require_current().
  static schema::Result<std::unique_ptr<ApiAccess>> open(const std::string& path);

  using Query = std::vector<std::pair<std::string, std::string>>;
  // GET /api/v1/`resource`. A response that is no success becomes an error: "usage" where the question is wrong,
  // "not_found", "busy".
  schema::Result<Response> get(const std::string& resource, Query query = {});
  // The answer whatever its status, which has no stream.
  Response answer(const std::string& resource, Query query);
  // A text two members deep in the JSON of an answer; none where there is no such text.
  static std::optional<std::string> member_of(const Response& response, std::string_view outer, std::string_view inner);
  // What a response that is no success says.
  static schema::Error error_of(const Response& response);
  // The same, the body whole.
  schema::Result<std::string> text(const std::string& resource, Query query = {});

 private:
  explicit ApiAccess(const std::string& path);
  schema::Readers readers_;
  ApiContext context_;
};

}  // namespace server
