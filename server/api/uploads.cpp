// POST /api/v1/reports
#include <fmt/format.h>

#include <algorithm>

#include "server/api/multipart.h"
#include "server/api/problem.h"
#include "server/api/question.h"
#include "server/api/resources.h"
#include "server/json.h"

namespace server {
namespace {

using schema::Outcome;

std::string report_link(const ApiContext& context, std::int64_t report_id) {
  return context.base_path + "/api/v1/reports/" + std::to_string(report_id);
}

std::string failure_link(const ApiContext& context, std::int64_t failure_id) {
  return context.base_path + "/api/v1/ingest/failures/" + std::to_string(failure_id);
}

void write_upload_result(JsonWriter& json, const ApiContext& context, const UploadedAttachment& result) {
  const auto said = [](const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); };
  json.begin_object()
      .member("name", result.name)
      .member("outcome", schema::name(result.outcome))
      .member("code", said(result.code))
      .member("detail", said(result.detail))
      .key("report");
  result.report_id ? json.value(report_link(context, *result.report_id)) : json.null();
  json.key("failure");
  result.failure_id ? json.value(failure_link(context, *result.failure_id)) : json.null();
  json.end_object();
}

// What a single file became as a whole: 201 where something of it is new, 200 where we had all of it, 422 where nothing
// of it could be stored.
int status_of_one(const std::vector<UploadedAttachment>& results) {
  const auto has = [&](Outcome outcome) {
    return std::any_of(results.begin(), results.end(), [&](const auto& r) { return r.outcome == outcome; });
  };
  if (has(Outcome::stored)) return 201;
  return has(Outcome::duplicate) ? 200 : 422;
}

}  // namespace

Response post_reports(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  const auto name = question.text("name");
  question.end();
  if (!question.errors().empty()) return parameter_problem(question.errors());
  const auto encoding = request.header("content-encoding").value_or("identity");
  if (encoding != "identity" && !encoding.empty()) {
    return problem(415, "content_encoding", "Send the file as it is, without Content-Encoding.");
  }
  if (request.body.size() > context.upload_bytes) {
    return problem(413, "body_too_large", fmt::format("An upload may have {} bytes.", context.upload_bytes));
  }

  std::vector<UploadedFile> files;
  const auto content_type = request.header("content-type").value_or("");
  if (is_multipart(content_type)) {
    auto parts = multipart_files(content_type, request.body, context.upload_files);
    if (!parts) {
      return problem(parts.error().kind == schema::ErrorKind::too_large ? 413 : 400, parts.error().code,
                     "The form cannot be read: " + parts.error().message + ".");
    }
    files = std::move(*parts);
  } else if (!request.body.empty()) {
    const auto disposition = request.header("content-disposition").value_or("");
    files.push_back({name.value_or(header_parameter(disposition, "filename")), request.body});
  }
  if (files.empty()) return problem(400, "empty_body", "There is no file in the request.");

  const bool one = files.size() == 1;
  const auto results = context.upload(std::move(files));
  if (!results && results.error().code == "upload_stopped")
    return problem(409, results.error().code, results.error().message);
  if (!results) return failure_response(results.error());

  JsonWriter json;
  json.begin_object().key("results").begin_array();
  for (const auto& result : *results) write_upload_result(json, context, result);
  json.end_array();
  Response response;
  response.status = one ? status_of_one(*results) : 200;
  json.end_object();
  response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  if (response.status == 201) {
    const auto stored = std::find_if(results->begin(), results->end(),
                                     [](const auto& r) { return r.outcome == Outcome::stored && r.report_id; });
    if (stored != results->end()) response.headers.emplace_back("Location", report_link(context, *stored->report_id));
  }
  response.body = json.take();
  return response;
}

}  // namespace server
