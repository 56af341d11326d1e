// GET /api/v1/concentration
#include "schema/concentration.h"

#include "server/api/problem.h"
#include "server/api/reading.h"
#include "server/api/resources.h"

namespace server {
namespace {

using schema::concentration_steps;

void write_steps(JsonWriter& json, std::string_view name,
                 const std::array<std::int64_t, concentration_steps.size()>& messages) {
  json.key(name).begin_array();
  for (std::size_t i = 0; i < messages.size(); ++i) {
    json.begin_object().member("count", concentration_steps[i]).member("messages", messages[i]).end_object();
  }
  json.end_array();
}

}  // namespace

Response get_concentration(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  const auto reading = read_with_filter(context, request, question, schema::need_address);
  if (!reading) return reading.error();
  const auto found = schema::concentration(reading->database(), reading->selection);
  if (!found) return failure_response(found.error());
  JsonWriter json;
  json.begin_object().key("data").begin_object();
  json.member("messages", found->messages)
      .member("unnamed", found->unnamed)
      .member("sources", found->sources)
      .member("networks", found->networks);
  write_steps(json, "top_sources", found->of_sources);
  write_steps(json, "top_networks", found->of_networks);
  json.end_object().key("meta").begin_object();
  write_meta(json, *reading);
  json.end_object().end_object();
  return json_answer(*reading, json);
}

}  // namespace server
