#include "server/commands/check_thresholds.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "server/terminal.h"

namespace server {
namespace {

constexpr int plugin_unknown = 3;

constexpr std::array thresholds{
    Parameter{"min_pass_rate", "W,C", "Percent of the messages that pass DMARC, at least"},
    Parameter{"min_messages", "W,C", "Messages, at least"},
    Parameter{"max_failed", "W,C", "Messages that fail, at most"},
    Parameter{"max_fail_delivered", "W,C", "Messages that fail and are delivered all the same, at most"},
    Parameter{"max_age_hours", "W,C", "Hours since a report was stored, at most"},
    Parameter{"max_failures_open", "W,C", "Failures that nobody has decided about, at most"},
};

int unknown(const schema::Error& error) {
  fmt::print("RUADAR UNKNOWN - {}\n", printable(error.message));
  return plugin_unknown;
}

}  // namespace

void add_thresholds(Command& command, ParameterValues& values) {
  for (const Parameter& threshold : thresholds) add_parameter(command, threshold, values, "Thresholds");
  add_filters(command, values);
}

bool any_threshold(const ParameterValues& values) {
  return std::any_of(thresholds.begin(), thresholds.end(), [&](const Parameter& threshold) {
    const auto found = values.find(threshold.name);
    return found != values.end() && !found->second.empty();
  });
}

int check_thresholds(const ParameterValues& values, bool as_json, const Globals& globals) {
  const auto settings = globals.settings();
  if (!settings) return unknown(settings.error());
  const auto api = ApiAccess::open(settings->database_path);
  if (!api) return unknown(api.error());
  auto query = query_of(values);
  query.emplace_back("format", "json");
  const auto answer = (*api)->answer("check", query);
  const auto state = ApiAccess::member_of(answer, "data", "state");
  if (!state) return unknown(ApiAccess::error_of(answer));
  const auto line = ApiAccess::member_of(answer, "data", "line").value_or("");
  fmt::print("{}\n", as_json ? answer.body : printable(line));
  return *state == "critical" ? 2 : *state == "warning" ? 1 : 0;
}

}  // namespace server
