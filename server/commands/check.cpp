// ruadar check: whether what is configured works, touching nothing.
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "server/commands/check_thresholds.h"
#include "server/commands/commands.h"
#include "server/commands/failure.h"
#include "server/commands/mailbox_choice.h"
#include "server/commands/mailboxes.h"
#include "server/json.h"
#include "server/log.h"
#include "server/terminal.h"

namespace server {
namespace {

struct Options {
  bool config_only = false;
  bool mailbox = false;
  std::optional<std::string> name;
  bool json = false;
  ParameterValues thresholds;  // and filters
};

// What would become of mails, in words.
std::string plan(const ConfiguredMailbox& mailbox) {
  const auto& after = mailbox.afterwards;
  const auto others = [&](const std::string& text) {
    return text + (after.failed_folder.empty() ? "" : ", what fails to " + after.failed_folder) +
           (after.other_folder.empty() ? "" : ", mail without reports to " + after.other_folder);
  };
  switch (after.after) {
    case ingest::After::keep:
      return "mails stay as they are";
    case ingest::After::seen:
      return "reports are marked as read";
    case ingest::After::keyword:
      return "reports are marked " + after.keyword;
    case ingest::After::move:
      return others("reports are moved to " + after.done_folder);
    case ingest::After::remove:
      return others(fmt::format("reports are deleted {} days after they were read", after.delete_after_days));
  }
  return "";
}

int check(const Options& options, const Globals& globals) {
  if (any_threshold(options.thresholds)) return check_thresholds(options.thresholds, options.json, globals);
  if (!query_of(options.thresholds).empty()) {
    fmt::print(stderr, "ruadar check: a filter takes a threshold such as --min-pass-rate 98\n");
    return exit_usage;
  }
  const auto settings = globals.settings();
  if (!settings) return fail("check", settings.error());
  JsonWriter json;
  json.begin_object().member("config", "ok").key("mailboxes").begin_array();
  if (!options.json && !globals.quiet) fmt::print("ok   configuration\n");
  int code = exit_done;
  if (!options.config_only && (options.mailbox || options.name)) {
    set_up_log(LogFormat::text, LogLevel::error);
    const auto chosen = chosen_mailboxes(*settings, options.name);
    if (!chosen) return fail("check", chosen.error());
    for (const ConfiguredMailbox* mailbox : *chosen) {
      const auto folders = mailbox_watcher(*settings, *mailbox, 1)->look();
      json.begin_object().member("name", mailbox->name);
      json.member("error", folders ? std::nullopt : std::optional(folders.error().message));
      json.member("after", plan(*mailbox)).key("folders").begin_array();
      if (!folders) {
        code = exit_code_for(folders.error());
        if (!options.json) fmt::print("!!   {}: {}\n", mailbox->name, printable(folders.error().message));
      } else {
        if (!options.json) fmt::print("ok   {}: logged in to {}; {}\n", mailbox->name, mailbox->host, plan(*mailbox));
        for (const ingest::FolderSummary& folder : *folders) {
          json.begin_object().member("folder", folder.folder).member("messages", folder.messages);
          json.member("unread", folder.unread).end_object();
          if (!options.json)
            fmt::print("ok   {}/{}: {} messages, {} of them to be read\n", mailbox->name, printable(folder.folder),
                       folder.messages, folder.unread);
        }
      }
      json.end_array().end_object();
    }
  }
  json.end_array().end_object();
  if (options.json) fmt::print("{}\n", json.str());
  return code;
}

}  // namespace

Command check_command() {
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "check";
  command.purpose =
      "Says whether all is well: the configuration, the mailboxes, or with thresholds the mail; touches nothing";
  command.details =
      "With a threshold it answers with one line as Nagios, Icinga and Zabbix read it, about the messages that the\n"
      "filters leave, and with the exit code 0 OK, 1 WARNING, 2 CRITICAL or 3 UNKNOWN. 'W,C' is a warning from W on "
      "and\n"
      "critical from C on; a number alone is critical.";
  command.options = {{"--config-only", "", "The configuration alone", &options->config_only},
                     {"--mailbox", "", "Log in to each mailbox, and say what would be done", &options->mailbox},
                     {"--name", "NAME", "To this mailbox only", &options->name},
                     {"--json", "", "As a JSON object", &options->json}};
  add_thresholds(command, options->thresholds);
  command.exit_codes = {exit_done,      exit_failed,        exit_usage,        exit_unavailable,
                        exit_try_again, exit_no_permission, exit_configuration};
  command.examples = {"ruadar check --config-only", "ruadar check --mailbox -c /etc/ruadar/ruadar.toml",
                      "ruadar check --min-pass-rate 98,95 --max-age-hours 48,96 --range 7d --domain example.com"};
  command.run = [options](const Globals& globals) { return check(*options, globals); };
  return command;
}

}  // namespace server
