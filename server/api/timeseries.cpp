// GET /api/v1/timeseries
#include "schema/timeseries.h"

#include <fmt/format.h>

#include "server/api/list.h"
#include "server/api/parts.h"
#include "server/api/problem.h"
#include "server/api/reading.h"
#include "server/api/resources.h"

namespace server {
namespace {

using schema::Interval, schema::SeriesBy, schema::TimePoint;

constexpr std::int64_t default_keys = 8;
constexpr std::int64_t most_keys = 50;

const std::vector<Column<TimePoint>>& columns() {
  static const auto all =
      joined<TimePoint>({{{"day", [](Cell& cell, const TimePoint& point) { cell.text(schema::day_text(point.day)); }},
                          {"complete", [](Cell& cell, const TimePoint& point) { cell.boolean(point.complete); }},
                          {"reporters", [](Cell& cell, const TimePoint& point) { cell.number(point.reporters); }}},
                         class_columns<TimePoint>(),
                         {{"by", [](Cell& cell, const TimePoint& point) {
                             JsonWriter json;
                             json.begin_object();
                             for (const auto& [key, messages] : point.by) json.member(key, messages);
                             cell.json(json.end_object().str());
                           }}}});
  return all;
}

Interval interval_named(const std::optional<std::string>& name) {
  return name == "month" ? Interval::month : name == "week" ? Interval::week : Interval::day;
}

SeriesBy by_named(const std::optional<std::string>& name) {
  if (!name) return SeriesBy::nothing;
  if (name == "class") return SeriesBy::result_class;
  if (name == "disposition") return SeriesBy::disposition;
  if (name == "reporter") return SeriesBy::reporter;
  if (name == "combination") return SeriesBy::combination;
  return name == "policy" ? SeriesBy::policy : SeriesBy::domain;
}

Response json_series(const Reading& reading, const schema::Timeseries& series, Interval interval, bool with_keys) {
  JsonWriter json;
  json.begin_object().key("data").begin_array();
  for (const auto& point : series.points) write_point(json, point, with_keys);
  json.end_array();
  if (with_keys) {
    json.key("keys").begin_array();
    for (const auto& key : series.keys) json.value(key);
    json.end_array();
  }
  json.key("meta").begin_object();
  write_meta(json, reading);
  json.member("interval", schema::name(interval)).member("usual_reporters", reading.fresh.usual_reporters);
  json.end_object().end_object();
  return json_answer(reading, json);
}

}  // namespace

Response get_timeseries(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  const auto interval = interval_named(question.choice("interval", {"day", "week", "month"}));
  const auto by =
      by_named(question.choice("by", {"class", "disposition", "reporter", "combination", "policy", "domain"}));
  const auto top = question.number("top", 1, most_keys).value_or(default_keys);
  auto asked = question.rows(names(columns()));
  const auto reading = read_with_filter(context, request, question);
  if (!reading) return reading.error();
  if (schema::point_count(reading->selection, interval) > schema::most_points) {
    return parameter_problem({{"interval", "invalid_parameter",
                               fmt::format("that would be more than {} points; ask for fewer days, or for "
                                           "interval=month",
                                           schema::most_points)}});
  }

  auto series = schema::timeseries(reading->database(), reading->selection, reading->fresh, interval, by, top);
  if (!series) return failure_response(series.error());
  if (asked.format == Format::json) return json_series(*reading, *series, interval, by != SeriesBy::nothing);
  return list_answer(context, request, *reading, asked,
                     list_of(columns(),
                             [points = std::move(series->points)](schema::Database&, const schema::PageRequest&,
                                                                  const auto& sink) -> schema::Result<schema::Paged> {
                               for (const auto& point : points) {
                                 if (!sink(point)) break;
                               }
                               return schema::Paged{};
                             }));
}

}  // namespace server
