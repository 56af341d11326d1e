// failures list, show and save: what could not be counted, read through the API.
#include "server/commands/failures.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "server/commands/api_access.h"
#include "server/commands/commands.h"
#include "server/commands/failure.h"
#include "server/commands/printing.h"
#include "server/json.h"
#include "server/terminal.h"

namespace server {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

// A failure lies in the ledger once for each mail that brought it; the API names the first.
Json origin_of(const Json& failure) {
  const auto origin = failure.find("origin");
  return origin != failure.end() && origin->is_object() ? *origin : Json::object();
}

std::string position_text(const Json& failure) {
  const auto position = failure.find("position");
  if (position == failure.end() || !position->is_object()) return "-";
  return fmt::format("{}:{}", position->value("line", std::int64_t{0}), position->value("column", std::int64_t{0}));
}

void write_position(JsonWriter& json, const Json& failure) {
  const auto position = failure.find("position");
  json.key("position");
  if (position == failure.end() || !position->is_object()) {
    json.null();
    return;
  }
  json.begin_object();
  for (const char* name : {"line", "column", "byte"}) json.member(name, position->value(name, std::int64_t{0}));
  json.end_object();
}

std::string list_json(const std::vector<Json>& failures) {
  JsonWriter json;
  json.begin_array();
  for (const Json& failure : failures) {
    const Json origin = origin_of(failure);
    json.begin_object();
    json.member("id", failure.value("id", std::int64_t{0})).member("origin", text_of(origin, "origin"));
    json.member("name", text_of(origin, "attachment")).member("code", text_of(failure, "code"));
    json.member("stage", text_of(failure, "stage")).member("detail", text_of(failure, "detail"));
    write_position(json, failure);
    json.member("state", text_of(failure, "state")).end_object();
  }
  return json.end_array().take();
}

std::string list_text(const std::vector<Json>& failures) {
  std::vector<std::vector<std::string>> rows{{"id", "state", "code", "stage", "at", "origin", "name", "detail"}};
  for (const Json& failure : failures) {
    const Json origin = origin_of(failure);
    rows.push_back({std::to_string(failure.value("id", std::int64_t{0})), text_of(failure, "state"),
                    text_of(failure, "code"), text_of(failure, "stage"), position_text(failure),
                    text_of(origin, "origin"), text_of(origin, "attachment"), text_of(failure, "detail")});
  }
  return text_table(rows, {true}, columns_shown());
}

// Page after page.
schema::Result<std::vector<Json>> all_failures(ApiAccess& api, const ApiAccess::Query& query) {
  std::vector<Json> failures;
  std::string cursor;
  do {
    ApiAccess::Query page = query;
    page.emplace_back("limit", "1000");
    if (!cursor.empty()) page.emplace_back("cursor", cursor);
    const auto body = api.text("ingest/failures", page);
    if (!body) return schema::unexpected(body.error());
    const Json answer = Json::parse(*body, nullptr, false);
    if (!answer.is_object()) return schema::internal_error("json", "the answer is no JSON");
    for (const Json& failure : answer.value("data", Json::array())) failures.push_back(failure);
    cursor = text_of(answer.value("page", Json::object()), "next_cursor");
  } while (!cursor.empty());
  return failures;
}

schema::Result<std::unique_ptr<ApiAccess>> open_api(const Globals& globals) {
  const auto settings = globals.settings();
  if (!settings) return schema::unexpected(settings.error());
  return ApiAccess::open(settings->database_path);
}

Command list_command() {
  struct Options {
    std::optional<std::string> state, code, run, format;
    bool json = false;
  };
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "list";
  command.purpose = "Lists what could not be counted and waits for a decision";
  command.options = {{"--state", "STATE", "open (the default), ignored, resolved or all", &options->state},
                     {"--code", "CODE", "Only those with this reason code", &options->code},
                     {"--run", "N", "Only those of this import", &options->run},
                     {"--format", "FORMAT", "table (the default), csv, ndjson or json", &options->format},
                     {"--json", "", "As a JSON array, as does --format json", &options->json}};
  command.exit_codes = {exit_done, exit_failed, exit_usage, exit_try_again, exit_configuration};
  command.examples = {"ruadar failures list", "ruadar failures list --state all --code xml_truncated --json"};
  command.run = [options](const Globals& globals) -> int {
    const std::string format = options->json ? "json" : options->format.value_or("table");
    if (!is_format(format)) return wrong_format("failures list");
    auto api = open_api(globals);
    if (!api) return fail("failures list", api.error());
    ApiAccess::Query query;
    if (options->state) query.emplace_back("state", *options->state);
    if (options->code) query.emplace_back("code", *options->code);
    if (options->run) query.emplace_back("run", *options->run);
    if (format == "csv" || format == "ndjson") {
      query.emplace_back("format", format);
      return print_rows(**api, "ingest/failures", query, false);
    }
    const auto failures = all_failures(**api, query);
    if (!failures) return fail("failures list", failures.error());
    if (format == "json") {
      fmt::print("{}\n", list_json(*failures));
    } else if (failures->empty()) {
      fmt::print("Nothing failed.\n");
    } else {
      fmt::print("{}", list_text(*failures));
    }
    return exit_done;
  };
  return command;
}

std::string failure_text(const Json& failure) {
  std::vector<std::vector<std::string>> rows;
  const auto add = [&](const std::string& name, const Json& value) {
    if (value.is_null() || (value.is_string() && value.get<std::string>().empty())) return;
    rows.push_back({name, value.is_string() ? value.get<std::string>() : value.dump()});
  };
  for (const auto& [name, value] : failure.items()) {
    if (value.is_object()) {
      for (const auto& [part, inner] : value.items()) add(part == name ? name : name + " " + part, inner);
    } else {
      add(name, value);
    }
  }
  return text_table(rows, {});
}

Command show_command() {
  struct Options {
    std::optional<std::string> id;
    bool json = false;
  };
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "show";
  command.purpose = "Shows one failure: why, where, and the text around it";
  command.arguments = {{"ID", "Its number in 'failures list'", true, &options->id}};
  command.options = {{"--json", "", "As a JSON object", &options->json}};
  command.exit_codes = {exit_done, exit_failed, exit_usage, exit_try_again, exit_configuration};
  command.examples = {"ruadar failures show 77", "ruadar failures show 77 --json"};
  command.run = [options](const Globals& globals) -> int {
    if (!failure_number(*options->id)) return wrong_number("failures show", *options->id);
    auto api = open_api(globals);
    if (!api) return fail("failures show", api.error());
    const auto body = (*api)->text("ingest/failures/" + *options->id);
    if (!body) return fail("failures show", body.error());
    const Json answer = Json::parse(*body, nullptr, false);
    if (!answer.is_object())
      return fail("failures show", {schema::ErrorKind::internal, "json", "the answer is no JSON", std::nullopt});
    const Json failure = answer.value("data", Json::object());
    if (options->json) {
      std::string safe;
      append_json(safe, failure.dump());
      fmt::print("{}\n", safe);
    } else {
      fmt::print("{}", failure_text(failure));
    }
    return exit_done;
  };
  return command;
}

Command save_command() {
  struct Options {
    std::optional<std::string> id, file;
  };
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "save";
  command.purpose = "Writes the bytes of a failure to a file, as they came";
  command.arguments = {{"ID", "Its number in 'failures list'", true, &options->id},
                       {"FILE", "Where to; '-' is standard output", true, &options->file}};
  command.exit_codes = {exit_done, exit_failed, exit_usage, exit_try_again, exit_configuration};
  command.examples = {"ruadar failures save 77 broken.xml.gz", "ruadar failures save 77 - | zcat | less"};
  command.run = [options](const Globals& globals) -> int {
    if (!failure_number(*options->id)) return wrong_number("failures save", *options->id);
    auto api = open_api(globals);
    if (!api) return fail("failures save", api.error());
    const auto bytes = (*api)->text("ingest/failures/" + *options->id + "/raw");
    if (!bytes) return fail("failures save", bytes.error());
    if (*options->file == "-") {
      if (is_terminal(STDOUT_FILENO)) {
        fmt::print(stderr, "ruadar failures save: these bytes are not for a terminal; name a file\n");
        return exit_usage;
      }
      return std::fwrite(bytes->data(), 1, bytes->size(), stdout) == bytes->size() ? exit_done : exit_failed;
    }
    std::ofstream file(*options->file, std::ios::binary);
    file.write(bytes->data(), static_cast<std::streamsize>(bytes->size())).flush();
    if (!file)
      return fail("failures save",
                  {schema::ErrorKind::unavailable, "cannot_write", "cannot write " + *options->file, std::nullopt});
    return exit_done;
  };
  return command;
}

}  // namespace

std::optional<std::int64_t> failure_number(const std::string& text) {
  std::int64_t number = 0;
  for (char c : text) {
    if (c < '0' || c > '9' || number > INT64_MAX / 100) return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return text.empty() ? std::nullopt : std::optional(number);
}

int wrong_number(const std::string& command, const std::string& text) {
  fmt::print(stderr, "ruadar {}: '{}' is no number of a failure\n", command, printable(text));
  return exit_usage;
}

Command failures_command() {
  Command command;
  command.name = "failures";
  command.purpose = "What could not be counted: look at it, try again, ignore it, settle it";
  command.exit_codes = {exit_done, exit_failed, exit_usage, exit_partly, exit_try_again, exit_configuration};
  command.examples = {"ruadar failures list", "ruadar failures retry --all"};
  command.subcommands = {list_command(),  show_command(),   save_command(),
                         retry_command(), ignore_command(), resolve_command()};
  return command;
}

}  // namespace server
