#include "server/api/routes.h"

#include <algorithm>
#include <exception>

#include "server/api/problem.h"
#include "server/api/resources.h"

namespace server {
namespace {

// The parts of the path that `pattern` names; none when it is another path.
std::optional<PathValues> match(std::string_view pattern, std::string_view path) {
  PathValues values;
  for (;;) {
    const auto pattern_end = std::min(pattern.find('/'), pattern.size());
    const auto path_end = std::min(path.find('/'), path.size());
    const auto wanted = pattern.substr(0, pattern_end), part = path.substr(0, path_end);
    if (!wanted.empty() && wanted.front() == '{') {
      if (part.empty()) return std::nullopt;
      values.emplace(wanted.substr(1, wanted.size() - 2), part);
    } else if (wanted != part) {
      return std::nullopt;
    }
    const bool pattern_done = pattern_end == pattern.size(), path_done = path_end == path.size();
    if (pattern_done || path_done) return pattern_done && path_done ? std::optional(values) : std::nullopt;
    pattern.remove_prefix(pattern_end + 1);
    path.remove_prefix(path_end + 1);
  }
}

Response dispatch(const ApiContext& context, const Request& request) {
  const bool head = request.method == "HEAD";
  const std::string_view method = head ? "GET" : std::string_view(request.method);
  std::string allowed;
  for (const auto& route : routes()) {
    const auto values = match(route.pattern, request.path);
    if (!values) continue;
    if (route.method == method) {
      auto response = route.answer(context, request, *values);
      if (head) {
        response.body.clear();
        response.stream = nullptr;
      }
      return response;
    }
    if (!allowed.empty()) allowed += ", ";
    allowed += route.method == "GET" ? "GET, HEAD" : route.method;
  }
  if (allowed.empty()) return not_found();
  auto refused = problem(405, "method_not_allowed", "This address takes " + allowed + ".");
  refused.headers.emplace_back("Allow", allowed);
  return refused;
}

}  // namespace

const std::vector<Route>& routes() {
  static const std::vector<Route> table = {
      {"GET", "/healthz", healthz},
      {"GET", "/readyz", readyz},
      {"GET", "/api/v1/openapi.json", get_openapi},
      {"GET", "/api/v1/status", get_status},
      {"GET", "/api/v1/summary", get_summary},
      {"GET", "/api/v1/timeseries", get_timeseries},
      {"GET", "/api/v1/breakdown", get_breakdown},
      {"GET", "/api/v1/domains", get_domains},
      {"GET", "/api/v1/domains/{domain}", get_domain},
      {"GET", "/api/v1/reporters", get_reporters},
      {"GET", "/api/v1/sources", get_sources},
      {"GET", "/api/v1/sources/{ip}", get_source},
      {"GET", "/api/v1/policies", get_policies},
      {"GET", "/api/v1/reports", get_reports},
      {"POST", "/api/v1/reports", post_reports},
      {"GET", "/api/v1/reports/{id}", get_report},
      {"GET", "/api/v1/reports/{id}/xml", get_report_xml},
      {"GET", "/api/v1/records", get_records},
      {"GET", "/api/v1/ingest/messages", get_ledger},
      {"GET", "/api/v1/ingest/failures", get_failures},
      {"GET", "/api/v1/ingest/failures/{id}", get_failure},
      {"PATCH", "/api/v1/ingest/failures/{id}", patch_failure},
      {"GET", "/api/v1/ingest/failures/{id}/raw", get_failure_raw},
      {"POST", "/api/v1/ingest/failures/{id}/retry", post_failure_retry},
      {"POST", "/api/v1/ingest/failures/{id}/resolve", post_failure_resolve},
      {"GET", "/api/v1/ingest/runs", get_runs},
      {"POST", "/api/v1/ingest/runs", post_runs},
      {"GET", "/api/v1/ingest/mailboxes", get_mailboxes},
  };
  return table;
}

Response respond(const ApiContext& context, const Request& request) {
  try {
    return dispatch(context, request);
  } catch (const std::exception&) {
    // Out of memory, or a mistake of ours: this request fails, the next one does not.
    return problem(500, "internal", "Something failed here; it is no fault of the request.");
  }
}

}  // namespace server
