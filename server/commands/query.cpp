// reports, records, sources, reporters, domains, policies, breakdown, timeseries, changes: the API's answers
// on a terminal, with the API's own filters.
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "server/commands/api_access.h"
#include "server/commands/commands.h"
#include "server/commands/failure.h"
#include "server/commands/printing.h"
#include "server/commands/query_options.h"
#include "server/terminal.h"

namespace server {
namespace {

using Json = nlohmann::ordered_json;

struct Resource {
  std::string_view name, purpose;
  std::vector<std::string_view> columns;  // of the table
  std::vector<Parameter> own = {};        // besides the filters
  bool filtered = true;                   // takes the filters
  bool paged = true;                      // takes sort and limit
  std::string example = "--range 7d --domain example.com";
};

const std::vector<Resource>& resources() {
  static const std::vector<Resource> table{
      {"reports",
       "The reports, newest first",
       {"id", "day", "reporter", "domain", "records", "messages", "pass_both", "pass_one", "fail_delivered",
        "fail_stopped", "unknown"}},
      {"records",
       "The rows of the reports",
       {"day", "reporter", "domain", "ip", "messages", "class", "disposition", "dkim", "spf", "header_from"}},
      {"sources",
       "The addresses that sent mail",
       {"ip", "messages", "pass_both", "pass_one", "fail_delivered", "fail_stopped", "unknown", "domains", "first_seen",
        "last_seen"}},
      {"reporters",
       "Who reports, and who went silent",
       {"reporter", "messages", "reports", "domains", "pass_both", "pass_one", "fail_delivered", "fail_stopped",
        "last_seen", "silent_days"}},
      {"domains",
       "The domains that reports are about",
       {"domain", "messages", "pass_both", "pass_one", "fail_delivered", "fail_stopped", "unknown", "reports",
        "reporters", "policy", "last_seen"}},
      {"policies",
       "What the domains publish, and what became of their mail",
       {"domain", "policy", "messages", "pass_both", "pass_one", "fail_delivered", "fail_stopped", "reports",
        "first_seen", "last_seen"}},
      {"breakdown",
       "Messages by a field, or by two",
       {"label", "then_label", "messages", "pass_both", "pass_one", "fail_delivered", "fail_stopped", "unknown"},
       {{"by", "FIELD", "ip, domain, reporter, policy, header_from, disposition, dkim_domain, ...; two with a comma"},
        {"top", "N", "The largest; what is left becomes a row"},
        {"min_messages", "N", "Only keys with so many"}},
       true,
       true,
       "--by ip --domain example.com"},
      {"timeseries",
       "Messages over time",
       {"day", "messages", "pass_both", "pass_one", "fail_delivered", "fail_stopped", "unknown", "reporters"},
       {{"interval", "LENGTH", "day (the default), week or month"},
        {"by", "FIELD", "Also by class, disposition, reporter, combination, policy or domain"},
        {"top", "N", "How many of these; what is left is 'other'"}},
       true,
       false,
       "--interval week --range 90d"},
      {"changes",
       "What is otherwise than before: new sources and selectors, policies, drops, silence, trouble",
       {"day", "level", "code", "domain", "subject", "sentence"},
       {{"since", "DAY", "First day; the last 7 where it is not given"},
        {"code", "CODE", "Only these: new_source, policy_changed, pass_rate_dropped, ..."},
        {"domain", "DOMAIN", "Policy domain; *.example.com includes what is below"}},
       false,
       false,
       "--since 2026-11-12 --code new_source"},
  };
  return table;
}

constexpr std::array list_parameters{
    Parameter{"sort", "COLUMN", "Column to sort by; -messages is downwards"},
    Parameter{"limit", "N", "Rows at most; of a table 50, else all"},
    Parameter{"fields", "A,B", "Columns"},
};

struct Options {
  ParameterValues values;
  std::optional<std::string> format;
  bool json = false;
  bool raw = false;
};

// A value of JSON as a cell.
std::string cell(const Json& value) {
  if (value.is_null()) return "-";
  if (value.is_string()) return value.get<std::string>();
  std::string text;
  if (value.is_array()) {
    for (const auto& element : value) text += (text.empty() ? "" : ", ") + cell(element);
    return text;
  }
  if (value.is_object()) {
    for (const auto& [key, part] : value.items())
      if (!part.is_null()) text += (text.empty() ? "" : " ") + key + "=" + cell(part);
    return text;
  }
  return value.dump();
}

std::string list_text(const Json& answer, const std::vector<std::string>& columns) {
  std::vector<std::vector<std::string>> rows{columns};
  std::vector<bool> right(columns.size(), false);
  const Json data = answer.value("data", Json::array());
  for (const auto& row : data) {
    auto& cells = rows.emplace_back();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const Json value = row.value(columns[i], Json());
      if (value.is_number()) right[i] = true;
      cells.push_back(cell(value));
    }
  }
  std::string text = text_table(rows, right, columns_shown());
  const auto total = answer.value("meta", Json::object()).value("total", std::int64_t{-1});
  if (total > static_cast<std::int64_t>(data.size()))
    text += fmt::format("{} of {} rows; --limit shows more\n", data.size(), total);
  return text;
}

std::vector<std::string> columns_of(const Resource& resource, const Options& options) {
  std::vector<std::string> columns;
  const auto fields = options.values.find("fields");
  if (fields == options.values.end() || fields->second.empty()) {
    for (std::string_view column : resource.columns) columns.emplace_back(column);
    return columns;
  }
  const std::string& list = fields->second.back();
  for (std::size_t begin = 0; begin < list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    columns.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return columns;
}

int run(const Resource& resource, const Options& options, const Globals& globals) {
  const std::string format = options.json ? "json" : options.format.value_or("table");
  if (!is_format(format)) return wrong_format(std::string(resource.name));
  const auto settings = globals.settings();
  if (!settings) return fail(std::string(resource.name), settings.error());
  auto api = ApiAccess::open(settings->database_path);
  if (!api) return fail(std::string(resource.name), api.error());

  ApiAccess::Query query = query_of(options.values);
  if (format == "csv" || format == "ndjson") {
    query.emplace_back("format", format);
    return print_rows(**api, std::string(resource.name), query, options.raw);
  }
  const std::vector<std::string> columns = columns_of(resource, options);
  const auto given = [&](std::string_view name) {
    const auto found = options.values.find(name);
    return found != options.values.end() && !found->second.empty();
  };
  if (format == "table" && resource.paged && !given("limit") && !given("top")) query.emplace_back("limit", "50");
  const auto body = (*api)->text(std::string(resource.name), query);
  if (!body) return fail(std::string(resource.name), body.error());
  if (format == "json") {
    print(*body + "\n", options.raw);
    return exit_done;
  }
  const Json answer = Json::parse(*body, nullptr, false);
  if (!answer.is_object())
    return fail(std::string(resource.name),
                {schema::ErrorKind::internal, "json", "the answer is no JSON", std::nullopt});
  std::fputs(list_text(answer, columns).c_str(), stdout);
  return exit_done;
}

Command query_command(const Resource& resource) {
  auto options = std::make_shared<Options>();
  Command command;
  command.name = resource.name;
  command.purpose = resource.purpose;
  command.details =
      "The filters are the API's: the same option twice means either value, different options mean both,\n"
      "and --option '!value' means any other.";
  for (const Parameter& parameter : resource.own) add_parameter(command, parameter, options->values);
  if (resource.filtered) add_filters(command, options->values);
  for (const Parameter& parameter : list_parameters)
    if (resource.paged || parameter.name == "fields") add_parameter(command, parameter, options->values);
  command.options.push_back({"--format", "FORMAT", "table (the default), csv, ndjson or json", &options->format});
  command.options.push_back({"--json", "", "The same as --format json", &options->json});
  command.options.push_back({"--raw", "", "Write control characters to a terminal as they are", &options->raw});
  command.exit_codes = {exit_done, exit_failed, exit_usage, exit_try_again, exit_configuration};
  command.examples = {fmt::format("ruadar {} {}", resource.name, resource.example),
                      fmt::format("ruadar {} {} --format csv", resource.name, resource.example)};
  command.run = [options, &resource](const Globals& globals) { return run(resource, *options, globals); };
  return command;
}

}  // namespace

std::vector<Command> query_commands() {
  std::vector<Command> commands;
  for (const Resource& resource : resources()) commands.push_back(query_command(resource));
  return commands;
}

}  // namespace server
