// summary, reports, records, sources, reporters, domains, policies: the API's answers on a terminal, with the API's own
// filters.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "server/commands/api_access.h"
#include "server/commands/commands.h"
#include "server/commands/failure.h"
#include "server/terminal.h"

namespace server {
namespace {

using Json = nlohmann::ordered_json;

struct Resource {
  std::string_view name, purpose;
  std::vector<std::string_view> columns;  // of the table; none: one object
};

const std::vector<Resource>& resources() {
  static const std::vector<Resource> table{
      {"summary", "How much mail passed, and how much did not", {}},
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
  };
  return table;
}

struct Parameter {
  std::string_view name, value, help;
};
constexpr std::array filters{
    Parameter{"range", "SPAN", "7d, 30d (the default), 90d, 12m or all; ends at the newest report day"},
    Parameter{"from", "DAY", "First day, 2026-10-20"},
    Parameter{"to", "DAY", "Last day"},
    Parameter{"domain", "DOMAIN", "Policy domain; *.example.com includes what is below"},
    Parameter{"ip", "IP", "Source address or network, 192.0.2.0/24"},
    Parameter{"reporter", "NAME", "Who sent the report"},
    Parameter{"policy", "POLICY", "Published policy: none, quarantine, reject"},
    Parameter{"disposition", "WORD", "What the receiver did: none, pass, quarantine, reject, unknown"},
    Parameter{"class", "CLASS", "pass_both, pass_one, fail_delivered, fail_stopped, unknown"},
    Parameter{"dkim", "RESULT", "Aligned DKIM: pass, fail, unknown"},
    Parameter{"spf", "RESULT", "Aligned SPF: pass, fail, unknown"},
    Parameter{"header_from", "DOMAIN", "Domain of the From header"},
    Parameter{"envelope_from", "DOMAIN", "Domain of the envelope sender"},
    Parameter{"envelope_to", "DOMAIN", "Domain of the recipient"},
    Parameter{"dkim_domain", "DOMAIN", "Domain of a DKIM signature"},
    Parameter{"dkim_selector", "NAME", "Selector of a DKIM signature"},
    Parameter{"spf_domain", "DOMAIN", "Domain that SPF was checked for"},
    Parameter{"override", "TYPE", "Why the receiver did otherwise: forwarded, mailing_list, local_policy, ..."},
    Parameter{"combination", "KEY", "What passed: dmarc+spf+dkim, ..., none"},
    Parameter{"dialect", "RFC", "rfc7489 or rfc9990"},
    Parameter{"report", "ID", "Number of a report here"},
    Parameter{"report_id", "ID", "The reporter's own number of a report"},
    Parameter{"q", "TEXT", "Anything that holds this text"},
};
constexpr std::array list_parameters{
    Parameter{"sort", "COLUMN", "Column to sort by; -messages is downwards"},
    Parameter{"limit", "N", "Rows at most; of a table 50, else all"},
    Parameter{"fields", "A,B", "Columns"},
};

struct Options {
  std::map<std::string, std::vector<std::string>, std::less<>> values;  // by parameter
  std::optional<std::string> format;
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

void print(std::string_view text, bool raw) {
  // Line by line: what a line holds may come from anybody.
  if (raw || !is_terminal(STDOUT_FILENO)) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return;
  }
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line = printable(text.substr(0, end));
    std::fwrite(line.data(), 1, line.size(), stdout);
    if (end < text.size()) std::fputc('\n', stdout);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::string summary_text(const Json& answer) {
  std::vector<std::vector<std::string>> rows{{"what", "number"}};
  const Json data = answer.value("data", Json::object());
  for (const auto& [key, value] : data.items()) {
    if (!value.is_object()) {
      rows.push_back({key, cell(value)});
      continue;
    }
    for (const auto& [word, count] : value.items()) rows.push_back({key + " " + word, cell(count)});
  }
  const Json meta = answer.value("meta", Json::object());
  for (const char* key : {"from", "to"}) rows.push_back({key, cell(meta.value(key, Json()))});
  return text_table(rows, {false, true});
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
  std::string text = text_table(rows, right);
  const auto total = answer.value("meta", Json::object()).value("total", std::int64_t{-1});
  if (total > static_cast<std::int64_t>(data.size()))
    text += fmt::format("{} of {} rows; --limit shows more\n", data.size(), total);
  return text;
}

ApiAccess::Query query_of(const Options& options) {
  ApiAccess::Query query;
  for (const auto& [name, values] : options.values)
    for (const std::string& value : values) query.emplace_back(name, value);
  return query;
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
  const std::string format = options.format.value_or("table");
  if (format != "table" && format != "csv" && format != "ndjson" && format != "json") {
    fmt::print(stderr, "ruadar {}: --format is table, csv, ndjson or json\n", resource.name);
    return exit_usage;
  }
  const auto settings = globals.settings();
  if (!settings) return fail(std::string(resource.name), settings.error());
  auto api = ApiAccess::open(settings->database_path);
  if (!api) return fail(std::string(resource.name), api.error());

  ApiAccess::Query query = query_of(options);
  const bool is_list = !resource.columns.empty();
  if (format == "csv" || format == "ndjson") {
    query.emplace_back("format", format);
    auto response = (*api)->get(std::string(resource.name), query);
    if (!response) return fail(std::string(resource.name), response.error());
    print(response->body, options.raw);
    if (!response->stream) return exit_done;
    return response->stream([&](std::string_view bytes) {
      print(bytes, options.raw);
      return std::ferror(stdout) == 0;
    })
               ? exit_done
               : exit_failed;
  }
  const std::vector<std::string> columns = columns_of(resource, options);
  const bool limited = options.values.find("limit") != options.values.end() && !options.values.at("limit").empty();
  if (is_list && format == "table") {
    if (!limited) query.emplace_back("limit", "50");
  }
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
  std::fputs((is_list ? list_text(answer, columns) : summary_text(answer)).c_str(), stdout);
  return exit_done;
}

// "--header-from,--header_from": as the API spells it, and as command lines do.
std::string flags_of(std::string_view name) {
  std::string dashed(name);
  for (char& c : dashed)
    if (c == '_') c = '-';
  return dashed == name ? "--" + dashed : "--" + dashed + ",--" + std::string(name);
}

Command query_command(const Resource& resource) {
  auto options = std::make_shared<Options>();
  Command command;
  command.name = resource.name;
  command.purpose = resource.purpose;
  command.details =
      "The filters are the API's: the same option twice means either value, different options mean both,\n"
      "and --option '!value' means any other.";
  for (const Parameter& filter : filters)
    command.options.push_back({flags_of(filter.name), std::string(filter.value), std::string(filter.help),
                               &options->values[std::string(filter.name)]});
  if (!resource.columns.empty()) {
    for (const Parameter& parameter : list_parameters)
      command.options.push_back({flags_of(parameter.name), std::string(parameter.value), std::string(parameter.help),
                                 &options->values[std::string(parameter.name)]});
    command.options.push_back({"--format", "FORMAT", "table (the default), csv, ndjson or json", &options->format});
  } else {
    command.options.push_back({"--format", "FORMAT", "table (the default) or json", &options->format});
  }
  command.options.push_back({"--raw", "", "Write control characters to a terminal as they are", &options->raw});
  command.exit_codes = {exit_done, exit_failed, exit_usage, exit_try_again, exit_configuration};
  command.examples = {
      fmt::format("ruadar {} --range 7d --domain example.com", resource.name),
      fmt::format("ruadar {} --range all --format {}", resource.name, resource.columns.empty() ? "json" : "csv")};
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
