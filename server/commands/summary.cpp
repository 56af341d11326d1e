// summary: how much mail passed; for a terminal, a script, a mail or a wiki.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "server/commands/api_access.h"
#include "server/commands/commands.h"
#include "server/commands/digest.h"
#include "server/commands/failure.h"
#include "server/commands/outgoing_mail.h"
#include "server/commands/printing.h"
#include "server/commands/query_options.h"
#include "server/suggest.h"
#include "server/terminal.h"

namespace server {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  ParameterValues values;
  std::optional<std::string> format, mail_to, sendmail;
  bool json = false;
};

std::string cell(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.is_null() ? "-" : value.dump();
}

std::string table(const std::string& body) {
  const Json answer = Json::parse(body, nullptr, false);
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
  return text_table(rows, {false, true}, columns_shown());
}

struct Text {
  std::string subject, type, body;
};

schema::Result<Text> text_of(ApiAccess& api, const std::string& format, const ApiAccess::Query& query) {
  if (format == "markdown" || format == "html") {
    const auto told = digest(api, query);
    if (!told) return schema::unexpected(told.error());
    if (format == "html") return Text{headline(*told), "text/html", html(*told)};
    return Text{headline(*told), "text/plain", markdown(*told)};
  }
  const auto body = api.text("summary", query);
  if (!body) return schema::unexpected(body.error());
  if (format == "json") return Text{"DMARC summary", "application/json", *body + "\n"};
  return Text{"DMARC summary", "text/plain", table(*body)};
}

int run(const Options& options, const Globals& globals) {
  const std::string format = options.json ? "json" : options.format.value_or(options.mail_to ? "html" : "text");
  const std::vector<std::string> formats{"text", "table", "json", "markdown", "html"};
  if (std::find(formats.begin(), formats.end(), format) == formats.end()) {
    fmt::print(stderr, "ruadar summary: --format is text, json, markdown or html{}\n", did_you_mean(format, formats));
    return exit_usage;
  }
  if (options.mail_to && !is_mail_address(*options.mail_to)) {
    fmt::print(stderr, "ruadar summary: --mail-to takes one mail address, without a name\n");
    return exit_usage;
  }
  const auto settings = globals.settings();
  if (!settings) return fail("summary", settings.error());
  auto api = ApiAccess::open(settings->database_path);
  if (!api) return fail("summary", api.error());
  const auto text = text_of(**api, format, query_of(options.values));
  if (!text) return fail("summary", text.error());
  if (!options.mail_to) {
    print(text->body, false);
    return exit_done;
  }
  const auto sent = send_mail({*options.mail_to, text->subject, text->type, text->body},
                              options.sendmail.value_or("/usr/sbin/sendmail"));
  return sent ? int{exit_done} : fail("summary", sent.error());
}

}  // namespace

Command summary_command() {
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "summary";
  command.purpose = "How much mail passed, and how much did not";
  command.details =
      "The filters are the API's: the same option twice means either value, different options mean both,\n"
      "and --option '!value' means any other. As markdown or html it is a digest for a wiki or a mail: with the "
      "domains,\n"
      "and with what changed.";
  add_filters(command, options->values);
  command.options.push_back({"--format", "FORMAT",
                             "text (the default), json, markdown or html (the default with --mail-to)",
                             &options->format});
  command.options.push_back({"--json", "", "The same as --format json", &options->json});
  command.options.push_back({"--mail-to", "ADDRESS", "Send it there instead of printing it", &options->mail_to});
  command.options.push_back(
      {"--sendmail", "PROGRAM", "What takes a mail as sendmail(8) does; /usr/sbin/sendmail", &options->sendmail});
  command.exit_codes = {exit_done, exit_failed, exit_usage, exit_unavailable, exit_try_again, exit_configuration};
  command.examples = {"ruadar summary --range 7d --domain example.com",
                      "ruadar summary --range 7d --mail-to postmaster@example.com"};
  command.run = [options](const Globals& globals) { return run(*options, globals); };
  return command;
}

}  // namespace server
