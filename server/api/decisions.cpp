// What a person decides about a failure: PATCH /api/v1/ingest/failures/{id}, POST .../retry and .../resolve
#include "server/api/decision_parts.h"
#include "server/api/failure_now.h"
#include "server/api/parts.h"
#include "server/api/problem.h"
#include "server/api/question.h"
#include "server/api/resources.h"

namespace server {
namespace {

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

}  // namespace

Response patch_failure(const ApiContext& context, const Request& request, const PathValues& path) {
  const auto id = named_failure(request, path);
  if (!id) return id.error();
  const auto asked = wish(request);
  if (!asked) return asked.error();
  const auto decided = context.decide(*id, asked->decision, asked->note);
  if (decided) note_decision(context, request, *asked, *id);
  return decided ? failure_now(context, path) : refused(decided.error());
}

Response post_failure_retry(const ApiContext& context, const Request& request, const PathValues& path) {
  const auto id = named_failure(request, path);
  if (!id) return id.error();
  const auto result = context.retry(*id);
  if (result) note_decision(context, request, "failure_retried", *id, result->code);
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
  if (resolved) note_decision(context, request, "failure_resolved", *id, "the " + keep + " report counts");
  return resolved ? failure_now(context, path) : refused(resolved.error());
}

}  // namespace server
