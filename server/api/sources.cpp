// GET /api/v1/sources, /api/v1/sources/{ip}
#include "schema/sources.h"

#include "schema/breakdown.h"
#include "schema/located.h"
#include "server/api/claims.h"
#include "server/api/list.h"
#include "server/api/parts.h"
#include "server/api/problem.h"
#include "server/api/reading.h"
#include "server/api/resources.h"

namespace server {
namespace {

using schema::Dimension, schema::SourceRow;

constexpr std::int64_t detail_days = 90;
constexpr std::int64_t most_rows = 50;

const std::vector<Column<SourceRow>>& columns() {
  static const auto all =
      joined<SourceRow>({{{"ip", [](Cell& cell, const SourceRow& row) { cell.maybe(row.ip); }}},
                         class_columns<SourceRow>(),
                         {{"domains", [](Cell& cell, const SourceRow& row) { cell.number(row.domains); }}},
                         seen_columns<SourceRow>(),
                         {{"strip", [](Cell& cell, const SourceRow& row) { cell.json(strip_json(row.strip)); }}}});
  return all;
}

// `of`: a selection, or facts that know what is asked.
template <typename Of>
schema::Status write_breakdown(JsonWriter& json, std::string_view key, const Reading& reading, const Of& of,
                               Dimension by) {
  json.key(key).begin_array();
  const auto done = schema::breakdown(reading.database(), of, {by}, {most_rows, std::nullopt, {}},
                                      [&](const schema::BreakdownRow& row) {
                                        json.begin_object().member("key", row.key);
                                        json.member("label", row.key.value_or("unknown"));
                                        write_classes(json, row.classes);
                                        json.member("reports", row.reports)
                                            .member("first_seen", schema::day_text(row.first_seen))
                                            .member("last_seen", schema::day_text(row.last_seen))
                                            .end_object();
                                        return true;
                                      });
  if (!done) return schema::unexpected(done.error());
  json.end_array();
  return {};
}

schema::Status write_days(JsonWriter& json, const Reading& reading, const schema::Selection& selection) {
  const auto to = reading.fresh.as_of;
  const auto days = schema::over(selection, to ? std::optional(*to - detail_days + 1) : std::nullopt, to);
  const auto series =
      schema::timeseries(reading.database(), days, reading.fresh, schema::Interval::day, schema::SeriesBy::nothing, 0);
  if (!series) return schema::unexpected(series.error());
  json.key("days").begin_array();
  for (const auto& point : series->points) write_point(json, point, false);
  json.end_array();
  return {};
}

schema::Status write_overrides(JsonWriter& json, const Reading& reading, const schema::Facts& source) {
  const auto overrides = schema::source_overrides(reading.database(), source, most_rows);
  if (!overrides) return schema::unexpected(overrides.error());
  json.key("overrides").begin_array();
  for (const auto& [type, comment, messages] : *overrides) {
    json.begin_object().member("type", type).member("comment", comment).member("messages", messages).end_object();
  }
  json.end_array();
  return {};
}

schema::Status write_identities(JsonWriter& json, const Reading& reading, const schema::Facts& source) {
  const auto identities = schema::source_identities(reading.database(), source, most_rows);
  if (!identities) return schema::unexpected(identities.error());
  json.key("identities").begin_array();
  for (const auto& identity : identities->largest) {
    json.begin_object().member("header_from", identity.header_from).member("envelope_from", identity.envelope_from);
    write_claims(json, identity);
    json.member("messages", identity.messages).member("class", schema::name(identity.result_class)).end_object();
  }
  json.end_array().member("identities_total", identities->total);
  return {};
}

}  // namespace

Response get_sources(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  const auto asked = question.list(names(columns()), schema::source_sorts());
  const auto reading = read_with_filter(context, request, question, schema::need_address);
  if (!reading) return reading.error();
  return list_answer(
      context, request, *reading, asked,
      list_of(columns(), [selection = reading->selection](schema::Database& database, const schema::PageRequest& page,
                                                          const auto& sink) {
        return schema::sources(database, selection, page, sink);
      }));
}

Response get_source(const ApiContext& context, const Request& request, const PathValues& path) {
  const auto ip = schema::IpAddress::parse(path.at("ip"));
  if (!ip) return not_found("This is no address.");
  Question question(request);
  const auto reading = read_with_filter(context, request, question);
  if (!reading) return reading.error();
  const auto& who = request.principal;
  const auto seen =
      schema::source_seen(reading->database(), *ip, who.restricted() ? std::optional(own_domains(who)) : std::nullopt);
  if (!seen) return failure_response(seen.error());
  if (!*seen) return not_found("No report tells of this address.");

  const auto located = schema::located(
      reading->database(), schema::with(reading->selection, schema::FilterKey::ip, schema::IpRange{*ip, *ip}));
  if (!located) return failure_response(located.error());
  const auto& selection = *located;
  const auto totals = schema::totals(reading->database(), selection);
  if (!totals) return failure_response(totals.error());
  const auto records = schema::source_records(reading->database(), selection);
  if (!records) return failure_response(records.error());

  JsonWriter json;
  json.begin_object().key("data").begin_object().member("ip", ip->to_string());
  write_classes(json, *totals);
  write_day(json, "first_seen", (*seen)->first);
  write_day(json, "last_seen", (*seen)->last);
  auto done = write_days(json, *reading, selection);
  if (done) done = write_breakdown(json, "domains", *reading, selection, Dimension::domain);
  if (done) done = write_breakdown(json, "reporters", *reading, *records, Dimension::reporter);
  if (done) done = write_breakdown(json, "dispositions", *reading, selection, Dimension::disposition);
  if (done) done = write_overrides(json, *reading, *records);
  if (done) done = write_identities(json, *reading, *records);
  if (!done) return failure_response(done.error());
  json.end_object().key("meta").begin_object();
  write_meta(json, *reading);
  json.end_object().end_object();
  return json_answer(*reading, json);
}

}  // namespace server
