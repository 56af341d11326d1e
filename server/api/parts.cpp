#include "server/api/parts.h"

#include <charconv>

#include "schema/policy_words.h"

namespace server {
namespace {

template <typename E>
void write_word(JsonWriter& json, std::string_view key, const schema::Enumerated<E>& word) {
  json.key(key);
  word.value == E::unknown ? json.null() : json.value(schema::name(word.value));
}

}  // namespace

void write_classes(JsonWriter& json, const schema::ClassCounts& classes) {
  json.member("messages", classes.messages);
  for (std::size_t i = 0; i < classes.by_class.size(); ++i) {
    json.member(schema::name(static_cast<schema::ResultClass>(i)), classes.by_class[i]);
  }
}

std::string policy_json(const schema::PolicyPublished& policy) {
  JsonWriter json;
  json.begin_object();
  write_word(json, "p", policy.p);
  write_word(json, "sp", policy.sp);
  write_word(json, "np", policy.np);
  write_word(json, "adkim", policy.adkim);
  write_word(json, "aspf", policy.aspf);
  json.member("pct", policy.pct);
  json.key("fo");
  policy.fo.empty() ? json.null() : json.value(policy.fo);
  json.member("testing", policy.testing);
  write_word(json, "discovery_method", policy.discovery_method);
  json.end_object();
  return json.take();
}

void write_policy(Cell& cell, const schema::PolicyPublished& policy) {
  cell.flat() ? cell.text(schema::policy_words(policy)) : cell.json(policy_json(policy));
}

std::string strip_json(const schema::Strip& strip) {
  JsonWriter json;
  json.begin_array();
  for (const auto& day : strip) {
    json.begin_object()
        .member("day", schema::day_text(day.day))
        .member("pass", day.pass)
        .member("fail", day.fail)
        .member("unknown", day.unknown)
        .end_object();
  }
  json.end_array();
  return json.take();
}

void write_point(JsonWriter& json, const schema::TimePoint& point, bool with_keys) {
  json.begin_object().member("day", schema::day_text(point.day)).member("complete", point.complete);
  json.member("reporters", point.reporters);
  write_classes(json, point.classes);
  if (with_keys) {
    json.key("by").begin_object();
    for (const auto& [key, messages] : point.by) json.member(key, messages);
    json.end_object();
  }
  json.end_object();
}

std::optional<std::int64_t> path_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

}  // namespace server
