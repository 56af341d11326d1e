// GET /api/v1/facets
#include "schema/facets.h"

#include <algorithm>

#include "schema/dimension.h"
#include "schema/filter.h"
#include "server/api/problem.h"
#include "server/api/reading.h"
#include "server/api/resources.h"

namespace server {
namespace {

constexpr std::int64_t default_values = 50;
constexpr std::int64_t most_values = 500;

// What messages can be divided by and picked by.
std::vector<std::string_view> fields() {
  const auto filters = schema::filter_parameters();
  auto names = schema::dimension_names();
  std::erase_if(names, [&](auto name) { return std::ranges::find(filters, name) == filters.end(); });
  return names;
}

}  // namespace

Response get_facets(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  const auto named = question.choice("field", fields());
  if (!named && question.errors().empty()) question.refuse("field", "'field' is missing");
  const auto text = question.text("q").value_or("");
  const auto most = question.number("limit", 1, most_values).value_or(default_values);
  // What is chosen of the field already does not narrow what else can be chosen.
  if (named) question.texts(*named);
  const auto needs = named ? schema::dimension_sql(*schema::dimension_named(*named)).needs : 0U;
  const auto reading = read_with_filter(context, request, question, needs);
  if (!reading) return reading.error();
  const auto facets = schema::facets(reading->database(), reading->selection, *schema::dimension_named(*named), text,
                                     static_cast<std::size_t>(most));
  if (!facets) return failure_response(facets.error());
  JsonWriter json;
  json.begin_object().key("data").begin_array();
  for (const auto& [value, messages] : facets->values) {
    json.begin_object().member("value", value).member("messages", messages).end_object();
  }
  json.end_array().key("meta").begin_object();
  write_meta(json, *reading);
  json.member("more", facets->more).end_object().end_object();
  return json_answer(*reading, json);
}

}  // namespace server
