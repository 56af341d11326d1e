// GET /api/v1/summary
#include "schema/located.h"
#include "schema/summaries.h"
#include "server/api/parts.h"
#include "server/api/problem.h"
#include "server/api/reading.h"
#include "server/api/resources.h"

namespace server {
namespace {

template <typename E, std::size_t count>
void write_counts(JsonWriter& json, std::string_view key, const std::array<std::int64_t, count>& counts,
                  const std::array<E, count>& order) {
  json.key(key).begin_object();
  for (const auto value : order) json.member(schema::name(value), counts[static_cast<std::size_t>(value)]);
  json.end_object();
}

void write_summary(JsonWriter& json, const schema::Summary& summary) {
  using schema::Disposition, schema::DmarcResult;
  constexpr std::array verdicts = {DmarcResult::pass, DmarcResult::fail, DmarcResult::unknown};
  json.begin_object();
  json.member("messages", summary.classes.messages)
      .member("records", summary.records)
      .member("reports", summary.reports)
      .member("domains", summary.domains)
      .member("reporters", summary.reporters)
      .member("sources", summary.sources);
  for (std::size_t i = 0; i < summary.classes.by_class.size(); ++i) {
    json.member(schema::name(static_cast<schema::ResultClass>(i)), summary.classes.by_class[i]);
  }
  write_counts(json, "disposition", summary.disposition,
               std::array{Disposition::none, Disposition::pass, Disposition::quarantine, Disposition::reject,
                          Disposition::unknown});
  write_counts(json, "dkim", summary.dkim, verdicts);
  write_counts(json, "spf", summary.spf, verdicts);
  json.end_object();
}

}  // namespace

Response get_summary(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  const auto compare = question.choice("compare", {"previous", "year"});
  const auto reading = read_with_filter(context, request, question, schema::need_address);
  if (!reading) return reading.error();
  const auto& now = reading->selection;
  const auto summary = schema::summary(reading->database(), now);
  if (!summary) return failure_response(summary.error());

  JsonWriter json;
  json.begin_object().key("data");
  write_summary(json, *summary);
  json.key("meta").begin_object();
  write_meta(json, *reading);
  json.end_object();
  if (compare && now.from) {
    const auto back = compare == "year" ? 365 : *now.to - *now.from + 1;
    const auto before = schema::located(reading->database(), schema::over(now, *now.from - back, *now.to - back));
    if (!before) return failure_response(before.error());
    const auto compared = schema::summary(reading->database(), *before);
    if (!compared) return failure_response(compared.error());
    json.key("compared");
    write_summary(json, *compared);
    write_day(json, "compared_from", before->from);
    write_day(json, "compared_to", before->to);
  }
  json.end_object();
  return json_answer(*reading, json);
}

}  // namespace server
