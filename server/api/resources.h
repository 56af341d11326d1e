// One function for each route (server/api/routes.cpp); each stands in the file named for its resource.
#pragma once

#include "server/api/context.h"
#include "server/api/exchange.h"
#include "server/api/routes.h"

namespace server {

Response healthz(const ApiContext&, const Request&, const PathValues&);
Response readyz(const ApiContext&, const Request&, const PathValues&);
Response get_metrics(const ApiContext&, const Request&, const PathValues&);
Response get_openapi(const ApiContext&, const Request&, const PathValues&);
Response get_status(const ApiContext&, const Request&, const PathValues&);
Response get_summary(const ApiContext&, const Request&, const PathValues&);
Response get_timeseries(const ApiContext&, const Request&, const PathValues&);
Response get_breakdown(const ApiContext&, const Request&, const PathValues&);
Response get_facets(const ApiContext&, const Request&, const PathValues&);
Response get_concentration(const ApiContext&, const Request&, const PathValues&);
Response get_check(const ApiContext&, const Request&, const PathValues&);
Response get_changes(const ApiContext&, const Request&, const PathValues&);
Response get_changes_feed(const ApiContext&, const Request&, const PathValues&);
Response get_domains(const ApiContext&, const Request&, const PathValues&);
Response get_domain(const ApiContext&, const Request&, const PathValues&);
Response get_reporters(const ApiContext&, const Request&, const PathValues&);
Response get_sources(const ApiContext&, const Request&, const PathValues&);
Response get_source(const ApiContext&, const Request&, const PathValues&);
Response get_policies(const ApiContext&, const Request&, const PathValues&);
Response get_reports(const ApiContext&, const Request&, const PathValues&);
Response post_reports(const ApiContext&, const Request&, const PathValues&);
Response get_report(const ApiContext&, const Request&, const PathValues&);
Response get_report_xml(const ApiContext&, const Request&, const PathValues&);
Response get_records(const ApiContext&, const Request&, const PathValues&);
Response get_ledger(const ApiContext&, const Request&, const PathValues&);
Response get_failures(const ApiContext&, const Request&, const PathValues&);
Response get_failure(const ApiContext&, const Request&, const PathValues&);
Response patch_failures(const ApiContext&, const Request&, const PathValues&);
Response post_failures_retry(const ApiContext&, const Request&, const PathValues&);
Response patch_failure(const ApiContext&, const Request&, const PathValues&);
Response get_failure_raw(const ApiContext&, const Request&, const PathValues&);
Response post_failure_retry(const ApiContext&, const Request&, const PathValues&);
Response post_failure_resolve(const ApiContext&, const Request&, const PathValues&);
Response get_runs(const ApiContext&, const Request&, const PathValues&);
Response post_runs(const ApiContext&, const Request&, const PathValues&);
Response get_run(const ApiContext&, const Request&, const PathValues&);
Response post_run_stop(const ApiContext&, const Request&, const PathValues&);
Response get_retention(const ApiContext&, const Request&, const PathValues&);
Response get_mailboxes(const ApiContext&, const Request&, const PathValues&);
Response get_session(const ApiContext&, const Request&, const PathValues&);
Response post_session(const ApiContext&, const Request&, const PathValues&);
Response delete_session(const ApiContext&, const Request&, const PathValues&);
Response put_password(const ApiContext&, const Request&, const PathValues&);
Response get_users(const ApiContext&, const Request&, const PathValues&);
Response post_users(const ApiContext&, const Request&, const PathValues&);
Response patch_user(const ApiContext&, const Request&, const PathValues&);
Response delete_user(const ApiContext&, const Request&, const PathValues&);
Response get_tokens(const ApiContext&, const Request&, const PathValues&);
Response post_tokens(const ApiContext&, const Request&, const PathValues&);
Response delete_token(const ApiContext&, const Request&, const PathValues&);
Response get_audit(const ApiContext&, const Request&, const PathValues&);

}  // namespace server
