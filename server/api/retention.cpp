// GET /api/v1/retention
#include "schema/clock.h"
#include "schema/day.h"
#include "schema/pruning.h"
#include "server/api/problem.h"
#include "server/api/reading.h"
#include "server/api/resources.h"
#include "server/json.h"

namespace server {
namespace {

void write_last(JsonWriter& json, const std::optional<schema::PruneRun>& last) {
  json.key("last");
  if (!last) {
    json.null();
    return;
  }
  json.begin_object().member("ended_at", schema::time_text(last->ended_at)).member("kind", last->kind);
  json.member("before", schema::day_text(last->before_day)).member("reports", last->pruned.reports);
  json.member("records", last->pruned.records).member("failures", last->pruned.failures);
  json.member("originals", last->pruned.originals).member("original_bytes", last->pruned.original_bytes).end_object();
}

}  // namespace

Response get_retention(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  Request asked = request;
  asked.headers.erase("if-none-match");  // it changes without the data
  const auto reading = read_without_filter(context, asked, question);
  if (!reading) return reading.error();
  const auto last = schema::last_pruning(reading->database());
  if (!last) return failure_response(last.error());
  const auto retention = context.retention ? context.retention() : RetentionReport();
  JsonWriter json;
  json.begin_object().key("data").begin_object().member("days", retention.days);
  json.member("keep_rollups", retention.keep_rollups).member("state", retention.state);
  json.member("message", retention.message.empty() ? std::nullopt : std::optional(retention.message));
  write_day(json, "first_day", reading->fresh.first_day);
  write_last(json, *last);
  json.end_object().end_object();
  Response response;
  response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  response.body = json.take();
  return response;
}

}  // namespace server
