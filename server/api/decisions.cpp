// What a person decides about a failure: PATCH /api/v1/ingest/failures/{id}, POST .../retry and .../resolve
#include <algorithm>
#include <initializer_list>
#include <map>
#include <nlohmann/json.hpp>

#include "server/access/access.h"
#include "server/api/failure_now.h"
#include "server/api/parts.h"
#include "server/api/problem.h"
#include "server/api/question.h"
#include "server/api/resources.h"

namespace server {
namespace {

constexpr std::size_t longest_note_bytes = 4096;
constexpr std::size_t longest_body_bytes = 16 * 1024;

Response refused(const schema::Error& error) {
  if (error.code == "not_found") return not_found("There is no such failure.");
  if (error.kind == schema::ErrorKind::malformed) return problem(409, error.code, error.message);
  return failure_response(error);
}

// The number in the path, of a request without parameters; else the answer.
tl::expected<std::int64_t, Response> named_failure(const Request& request, const PathValues& path) {
  Question question(request);
  question.end();
  if (!question.errors().empty()) return tl::unexpected(parameter_problem(question.errors()));
  const auto id = path_number(path.at("id"));
  if (!id) return tl::unexpected(not_found("There is no such failure."));
  return *id;
}

// The body, a flat JSON object of strings with no other members than these; else the answer.
tl::expected<std::map<std::string, std::string>, Response> words(const Request& request,
                                                                 std::initializer_list<std::string_view> known) {
  const auto bad = [](std::string_view detail) { return tl::unexpected(problem(400, "invalid_body", detail)); };
  if (request.body.size() > longest_body_bytes) return bad("The body is too long.");
  const auto json = nlohmann::json::parse(request.body, nullptr, false);
  if (!json.is_object()) return bad("The body must be a JSON object.");
  std::map<std::string, std::string> members;
  for (const auto& [key, value] : json.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) return bad("The body has a member that is unknown.");
    if (!value.is_string()) return bad("The members of the body must be strings.");
    members[key] = value.get<std::string>();
  }
  return members;
}

void noted(const ApiContext& context, const Request& request, std::string_view action, std::int64_t id,
           std::string_view detail) {
  if (context.access != nullptr) context.access->note(request, action, std::to_string(id), detail);
}

}  // namespace

Response patch_failure(const ApiContext& context, const Request& request, const PathValues& path) {
  const auto id = named_failure(request, path);
  if (!id) return id.error();
  auto body = words(request, {"state", "note"});
  if (!body) return body.error();
  const auto state = (*body)["state"];
  if (state != "ignored" && state != "open") return problem(400, "invalid_body", "'state' must be ignored or open.");
  const auto note = (*body)["note"];
  if (note.size() > longest_note_bytes) return problem(400, "invalid_body", "'note' is too long.");
  const auto decided = context.decide(*id, state == "ignored" ? FailureDecision::ignored : FailureDecision::open, note);
  if (decided) noted(context, request, state == "ignored" ? "failure_ignored" : "failure_reopened", *id, note);
  return decided ? failure_now(context, path) : refused(decided.error());
}

Response post_failure_retry(const ApiContext& context, const Request& request, const PathValues& path) {
  const auto id = named_failure(request, path);
  if (!id) return id.error();
  const auto result = context.retry(*id);
  if (result) noted(context, request, "failure_retried", *id, result->code);
  return result ? failure_now(context, path) : refused(result.error());
}

Response post_failure_resolve(const ApiContext& context, const Request& request, const PathValues& path) {
  const auto id = named_failure(request, path);
  if (!id) return id.error();
  auto body = words(request, {"keep"});
  if (!body) return body.error();
  const auto keep = (*body)["keep"];
  if (keep != "first" && keep != "second") return problem(400, "invalid_body", "'keep' must be first or second.");
  const auto resolved = context.resolve(*id, keep == "first" ? KeptReport::first : KeptReport::second);
  if (resolved) noted(context, request, "failure_resolved", *id, "the " + keep + " report counts");
  return resolved ? failure_now(context, path) : refused(resolved.error());
}

}  // namespace server
