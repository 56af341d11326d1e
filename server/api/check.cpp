// GET /api/v1/check: thresholds in, one line out, for whatever watches servers.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "schema/located.h"
#include "schema/stock.h"
#include "schema/summaries.h"
#include "server/api/problem.h"
#include "server/api/reading.h"
#include "server/api/resources.h"

namespace server {
namespace {

enum class State : std::uint8_t { ok, warning, critical };

std::string_view word(State state) {
  return state == State::critical ? "critical" : state == State::warning ? "warning" : "ok";
}

// What is measured. A value of `least` kind is bad below its thresholds, any other above them.
enum class Measure : std::uint8_t { pass_rate, messages, failed, fail_delivered, age_hours, failures_open };
struct Threshold {
  std::string_view parameter;
  std::string_view name;  // in the answer
  Measure measure;
  bool least;
};
constexpr Threshold thresholds[] = {
    {"min_pass_rate", "pass_rate", Measure::pass_rate, true},
    {"min_messages", "messages", Measure::messages, true},
    {"max_failed", "failed", Measure::failed, false},
    {"max_fail_delivered", "fail_delivered", Measure::fail_delivered, false},
    {"max_age_hours", "age_hours", Measure::age_hours, false},
    {"max_failures_open", "failures_open", Measure::failures_open, false},
};

// Hundredths: 98.75 is 9875. Nothing here is measured finer.
using Hundredths = std::int64_t;
constexpr Hundredths most = 100'000'000'000'000;

std::optional<Hundredths> parse_hundredths(std::string_view text) {
  const auto dot = std::min(text.find('.'), text.size());
  const auto whole = text.substr(0, dot);
  std::string decimals(text.substr(std::min(dot + 1, text.size())));
  if (whole.empty() || decimals.size() > 2 || (dot < text.size() && decimals.empty())) return std::nullopt;
  decimals.resize(2, '0');
  Hundredths value = 0;
  const std::string digits = std::string(whole) + decimals;
  if (digits.find_first_not_of("0123456789") != std::string::npos || digits.size() > 15) return std::nullopt;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value <= most ? std::optional(value) : std::nullopt;
}

std::string shown(Hundredths value) {
  auto text = fmt::format("{}.{:02}", value / 100, value % 100);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

struct Asked {
  const Threshold* threshold;
  std::optional<Hundredths> warning, critical;
};

// "98" is critical, "98,95" warning and critical.
std::vector<Asked> asked_of(Question& question) {
  std::vector<Asked> all;
  for (const auto& threshold : thresholds) {
    const auto text = question.text(threshold.parameter);
    if (!text) continue;
    const auto comma = text->find(',');
    const auto last = parse_hundredths(comma == std::string::npos ? *text : text->substr(comma + 1));
    const auto first = comma == std::string::npos ? std::nullopt : parse_hundredths(text->substr(0, comma));
    const bool known = last && (comma == std::string::npos || first);
    if (!known || (first && (threshold.least ? *first < *last : *first > *last))) {
      question.refuse(
          threshold.parameter,
          fmt::format("'{}' must be a number, or two such as {}: from when on it is a warning, and critical",
                      threshold.parameter, threshold.least ? "98,95" : "10,100"));
      continue;
    }
    all.push_back({&threshold, first, last});
  }
  return all;
}

struct Checked {
  Asked asked;
  std::optional<Hundredths> value;  // none: there is nothing to measure
  State state = State::ok;
};

State judged(const Asked& asked, std::optional<Hundredths> value) {
  // Without mail no rate is bad; without any report its age is.
  if (!value) return asked.threshold->measure == Measure::age_hours ? State::critical : State::ok;
  const auto beyond = [&](const std::optional<Hundredths>& limit) {
    return limit && (asked.threshold->least ? *value < *limit : *value > *limit);
  };
  return beyond(asked.critical) ? State::critical : beyond(asked.warning) ? State::warning : State::ok;
}

schema::Result<std::optional<Hundredths>> measured(const Reading& reading, const schema::ClassCounts& totals,
                                                   Measure measure) {
  const auto passed = totals.by_class[0] + totals.by_class[1], failed = totals.by_class[2] + totals.by_class[3];
  switch (measure) {
    case Measure::pass_rate:
      // Cut off, so that 99.999 % is less than 100 %.
      return passed + failed == 0 ? std::nullopt : std::optional<Hundredths>(passed * 10000 / (passed + failed));
    case Measure::messages:
      return std::optional<Hundredths>(totals.messages * 100);
    case Measure::failed:
      return std::optional<Hundredths>(failed * 100);
    case Measure::fail_delivered:
      return std::optional<Hundredths>(totals.by_class[2] * 100);
    case Measure::age_hours: {
      const auto of_all_days = schema::located(
          reading.database(), schema::over(reading.selection, reading.fresh.first_day, reading.fresh.as_of));
      if (!of_all_days) return schema::unexpected(of_all_days.error());
      const auto stored = schema::last_stored(reading.database(), *of_all_days);
      if (!stored) return schema::unexpected(stored.error());
      if (!*stored) return std::optional<Hundredths>();
      const auto now =
          std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
      return std::optional<Hundredths>(std::max<std::int64_t>(0, now - **stored) / 36);
    }
    case Measure::failures_open: {
      const auto stock = schema::stock(reading.database());
      if (!stock) return schema::unexpected(stock.error());
      return std::optional<Hundredths>(stock->failures_open * 100);
    }
  }
  return std::optional<Hundredths>();
}

// "RUADAR CRITICAL - pass_rate 91.2 (at least 95) | pass_rate=91.2%;98:;95:", as Nagios, Icinga and Zabbix read it.
std::string line_of(const std::vector<Checked>& all, State state) {
  std::string text, performance;
  for (const auto& [asked, value, one] : all) {
    const auto& threshold = *asked.threshold;
    const auto limit = one == State::warning ? asked.warning : asked.critical;
    if (!text.empty()) text += ", ";
    text += fmt::format("{} {} (at {} {})", threshold.name, value ? shown(*value) : "not known",
                        threshold.least ? "least" : "most", shown(*limit));
    if (!value) continue;
    const auto range = [&](const std::optional<Hundredths>& of) {
      return of ? shown(*of) + (threshold.least ? ":" : "") : std::string();
    };
    performance +=
        fmt::format(" {}={}{};{};{}", threshold.name, shown(*value), threshold.measure == Measure::pass_rate ? "%" : "",
                    range(asked.warning), range(asked.critical));
  }
  std::string name(word(state));
  for (char& c : name) c = static_cast<char>(c - 'a' + 'A');
  return fmt::format("RUADAR {} - {}{}{}", name, text, performance.empty() ? "" : " |", performance);
}

std::string json_of(const Reading& reading, const std::vector<Checked>& all, State state, const std::string& line) {
  JsonWriter json;
  json.begin_object().key("data").begin_object().member("state", word(state)).member("line", line);
  json.key("checks").begin_array();
  for (const auto& [asked, value, one] : all) {
    const auto number = [&](std::string_view name, const std::optional<Hundredths>& of) {
      json.key(name);
      of ? json.raw(shown(*of)) : json.null();
    };
    json.begin_object().member("name", asked.threshold->name).member("state", word(one));
    number("value", value);
    number("warning", asked.warning);
    number("critical", asked.critical);
    json.end_object();
  }
  json.end_array().end_object().key("meta").begin_object();
  write_meta(json, reading);
  json.end_object().end_object();
  return json.take();
}

}  // namespace

Response get_check(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  const auto format = question.choice("format", {"text", "json"});
  const auto asked = asked_of(question);
  const bool failures = std::any_of(asked.begin(), asked.end(),
                                    [](const Asked& one) { return one.threshold->measure == Measure::failures_open; });
  const auto reading = read_with_filter(context, request, question);
  if (!reading) return reading.error();
  if (asked.empty()) {
    return parameter_problem({{"min_pass_rate", "invalid_parameter",
                               "at least one threshold is needed: min_pass_rate, min_messages, max_failed, "
                               "max_fail_delivered, max_age_hours or max_failures_open"}});
  }
  if (failures && request.principal.restricted())
    return problem(403, "all_domains", "max_failures_open takes somebody who may see all domains.");

  const auto totals = schema::totals(reading->database(), reading->selection);
  if (!totals) return failure_response(totals.error());
  std::vector<Checked> all;
  State state = State::ok;
  for (const auto& one : asked) {
    const auto value = measured(*reading, *totals, one.threshold->measure);
    if (!value) return failure_response(value.error());
    all.push_back({one, *value, judged(one, *value)});
    state = std::max(state, all.back().state);
  }
  const auto line = line_of(all, state);
  const bool json =
      format ? *format == "json" : request.header("accept").value_or("").find("application/json") != std::string::npos;
  Response response;
  response.status = state == State::critical ? 503 : 200;
  response.headers = {{"Content-Type", json ? "application/json" : "text/plain; charset=utf-8"},
                      {"Cache-Control", "no-store"}};
  response.body = json ? json_of(*reading, all, state, line) : line + "\n";
  return response;
}

}  // namespace server
