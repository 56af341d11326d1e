#include "server/api/routes.h"

#include <algorithm>
#include <exception>

#include "server/api/answer_cache.h"
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

// Why somebody may not ask this; none: they may.
std::optional<Response> refused(const Route& route, const Principal& who) {
  if (!who.may(route.scope)) {
    if (who.kind != Principal::Kind::nobody)
      return problem(403, "forbidden", "This takes the scope " + std::string(name(route.scope)) + ".");
    auto response = problem(401, "login_required", "Log in, or send a token: Authorization: Bearer rua_...");
    response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"ruadar\"");
    return response;
  }
  if (route.reach == Reach::all && who.restricted())
    return problem(403, "all_domains", "This takes somebody who may see all domains.");
  return std::nullopt;
}

Response dispatch(const ApiContext& context, const Request& request) {
  const bool head = request.method == "HEAD";
  const std::string_view method = head ? "GET" : std::string_view(request.method);
  std::string allowed;
  for (const auto& route : routes()) {
    const auto values = match(route.pattern, request.path);
    if (!values) continue;
    if (route.method == method) {
      if (auto answer = refused(route, request.principal)) {
        answer->route = route.pattern;
        return *answer;
      }
      if (request.body_to_come) {
        Response read_it;
        read_it.status = 100;
        return read_it;
      }
      auto response = route.answer(context, request, *values);
      response.route = route.pattern;
      if (method != "GET" && context.answers != nullptr) context.answers->changed();
      if (head) {
        response.body.clear();
        response.stream = nullptr;
      }
      return response;
    }
    if (!allowed.empty()) allowed += ", ";
    allowed += route.method == "GET" ? "GET, HEAD" : route.method;
  }
  // Whoever may see nothing learns nothing of what there is.
  if (allowed.empty() && request.principal.kind == Principal::Kind::nobody)
    return *refused({"", "", Scope::read, Reach::own, nullptr}, request.principal);
  if (allowed.empty()) return not_found();
  auto refused = problem(405, "method_not_allowed", "This address takes " + allowed + ".");
  refused.headers.emplace_back("Allow", allowed);
  return refused;
}

}  // namespace

const std::vector<Route>& routes() {
  static const std::vector<Route> table = {
      {"GET", "/healthz", Scope::open, Reach::anybody, healthz},
      {"GET", "/readyz", Scope::open, Reach::anybody, readyz},
      {"GET", "/metrics", Scope::open, Reach::anybody, get_metrics},
      {"GET", "/api/v1/openapi.json", Scope::read, Reach::anybody, get_openapi},
      {"GET", "/api/v1/status", Scope::read, Reach::own, get_status},
      {"GET", "/api/v1/summary", Scope::read, Reach::own, get_summary},
      {"GET", "/api/v1/timeseries", Scope::read, Reach::own, get_timeseries},
      {"GET", "/api/v1/breakdown", Scope::read, Reach::own, get_breakdown},
      {"GET", "/api/v1/facets", Scope::read, Reach::own, get_facets},
      {"GET", "/api/v1/concentration", Scope::read, Reach::own, get_concentration},
      {"GET", "/api/v1/changes", Scope::read, Reach::own, get_changes},
      {"GET", "/api/v1/changes.atom", Scope::read, Reach::own, get_changes_feed},
      {"GET", "/api/v1/check", Scope::read, Reach::own, get_check},
      {"GET", "/api/v1/domains", Scope::read, Reach::own, get_domains},
      {"GET", "/api/v1/domains/{domain}", Scope::read, Reach::own, get_domain},
      {"GET", "/api/v1/reporters", Scope::read, Reach::own, get_reporters},
      {"GET", "/api/v1/sources", Scope::read, Reach::own, get_sources},
      {"GET", "/api/v1/sources/{ip}", Scope::read, Reach::own, get_source},
      {"GET", "/api/v1/policies", Scope::read, Reach::own, get_policies},
      {"GET", "/api/v1/reports", Scope::read, Reach::own, get_reports},
      {"POST", "/api/v1/reports", Scope::ingest, Reach::all, post_reports},
      {"GET", "/api/v1/reports/{id}", Scope::read, Reach::own, get_report},
      {"GET", "/api/v1/reports/{id}/xml", Scope::read, Reach::own, get_report_xml},
      {"GET", "/api/v1/records", Scope::read, Reach::own, get_records},
      {"GET", "/api/v1/ingest/messages", Scope::read, Reach::all, get_ledger},
      {"GET", "/api/v1/ingest/failures", Scope::read, Reach::all, get_failures},
      {"PATCH", "/api/v1/ingest/failures", Scope::admin, Reach::all, patch_failures},
      {"POST", "/api/v1/ingest/failures/retry", Scope::admin, Reach::all, post_failures_retry},
      {"GET", "/api/v1/ingest/failures/{id}", Scope::read, Reach::all, get_failure},
      {"PATCH", "/api/v1/ingest/failures/{id}", Scope::admin, Reach::all, patch_failure},
      {"GET", "/api/v1/ingest/failures/{id}/raw", Scope::read, Reach::all, get_failure_raw},
      {"POST", "/api/v1/ingest/failures/{id}/retry", Scope::admin, Reach::all, post_failure_retry},
      {"POST", "/api/v1/ingest/failures/{id}/resolve", Scope::admin, Reach::all, post_failure_resolve},
      {"GET", "/api/v1/ingest/runs", Scope::read, Reach::all, get_runs},
      {"POST", "/api/v1/ingest/runs", Scope::ingest, Reach::all, post_runs},
      {"GET", "/api/v1/ingest/runs/{id}", Scope::read, Reach::all, get_run},
      {"POST", "/api/v1/ingest/runs/{id}/stop", Scope::admin, Reach::all, post_run_stop},
      {"GET", "/api/v1/ingest/mailboxes", Scope::read, Reach::all, get_mailboxes},
      {"GET", "/api/v1/retention", Scope::read, Reach::all, get_retention},
      {"GET", "/api/v1/session", Scope::open, Reach::anybody, get_session},
      {"POST", "/api/v1/session", Scope::open, Reach::anybody, post_session},
      {"DELETE", "/api/v1/session", Scope::open, Reach::anybody, delete_session},
      {"PUT", "/api/v1/session/password", Scope::read, Reach::anybody, put_password},
      {"GET", "/api/v1/users", Scope::admin, Reach::all, get_users},
      {"POST", "/api/v1/users", Scope::admin, Reach::all, post_users},
      {"PATCH", "/api/v1/users/{name}", Scope::admin, Reach::all, patch_user},
      {"DELETE", "/api/v1/users/{name}", Scope::admin, Reach::all, delete_user},
      {"GET", "/api/v1/tokens", Scope::admin, Reach::all, get_tokens},
      {"POST", "/api/v1/tokens", Scope::admin, Reach::all, post_tokens},
      {"DELETE", "/api/v1/tokens/{id}", Scope::admin, Reach::all, delete_token},
      {"GET", "/api/v1/audit", Scope::admin, Reach::all, get_audit},
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
