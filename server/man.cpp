#include "server/man.h"

#include <fmt/format.h>

#include "schema/reason.h"
#include "server/help.h"
#include "server/log.h"
#include "server/mailbox_settings_table.h"
#include "server/metrics.h"
#include "server/settings.h"
#include "server/version.h"

namespace server {
namespace {

// Text that scdoc takes for nothing but text.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool begins_line = out.empty() || out.back() == '\n';
    if (begins_line && c == ' ') continue;
    const std::string_view special = begins_line ? "\\_*#-.|[];<>" : "\\_*";
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string header(std::string_view name, int section, std::string_view purpose) {
  return fmt::format("{}({}) \"Ruadar {}\" \"Ruadar\"\n\n# NAME\n\n{} - {}\n\n", name, section, version(), plain(name),
                     plain(purpose));
}

std::string entry(std::string_view term, std::string_view meaning) {
  return fmt::format("*{}*\n\t{}\n\n", plain(term), plain(meaning));
}

std::string option_names(const Option& option) {
  std::string names = option.flags;
  for (std::size_t at = 0; (at = names.find(',', at)) != std::string::npos; at += 2) names.replace(at, 1, ", ");
  return option.value.empty() ? names : names + " " + option.value;
}

// One command with all below it.
void write_command(std::string& out, const Command& command, const std::string& path) {
  if (command.run) {
    std::string usage = path + (command.options.empty() ? "" : " [OPTIONS]");
    for (const Argument& argument : command.arguments) {
      const bool list = std::holds_alternative<std::vector<std::string>*>(argument.target);
      const std::string name = argument.name + (list ? "..." : "");
      usage += argument.required ? " " + name : " [" + name + "]";
    }
    out += fmt::format("## {}\n\n{}.\n\n", plain(usage), plain(command.purpose));
    if (!command.details.empty()) out += plain(command.details) + "\n\n";
    for (const Argument& argument : command.arguments) out += entry(argument.name, argument.help);
    for (const Option& option : command.options) out += entry(option_names(option), option.help);
    for (const std::string& example : command.examples) out += fmt::format("\t{}\n\n", plain(example));
  }
  for (const Command& sub : command.subcommands) write_command(out, sub, path + " " + sub.name);
}

std::string commands_page(const Command& program) {
  std::string out = header("ruadar", 1, program.purpose) + "# SYNOPSIS\n\n*ruadar* COMMAND [OPTIONS]\n\n# COMMANDS\n\n";
  for (const Command& command : program.subcommands) write_command(out, command, command.name);
  out += "# OPTIONS OF EVERY COMMAND\n\n";
  for (const auto& [option, meaning] : common_options()) out += entry(option, meaning);
  out += "# EXIT STATUS\n\n";
  for (const ExitCode code : program.exit_codes) out += entry(std::to_string(code), exit_code_meaning(code));
  return out + "# SEE ALSO\n\n*ruadar.toml*(5), *ruadar*(7)\n";
}

std::string settings_page() {
  std::string out = header("ruadar.toml", 5, "settings of Ruadar");
  out += plain(
      "Read from the file that --config or RUADAR_CONFIG names, else from /etc/ruadar/ruadar.toml. A flag wins over "
      "the environment, the environment over a credential of systemd, that over the file. NAME_FILE takes the value of "
      "the variable NAME from a file.");
  out += "\n\n";
  const Settings defaults;
  std::string_view section;
  for (const Setting& setting : settings_table()) {
    if (setting.section != section) out += fmt::format("# [{}]\n\n", section = setting.section);
    const std::string value = setting.name() == "database.path" ? "" : ", usually " + setting.show(defaults);
    out +=
        entry(setting.key, fmt::format("{} ({}{}; {})", setting.meaning, setting.kind, value, setting.environment()));
  }
  out += "# [[mailbox]]\n\n";
  const ConfiguredMailbox mailbox;
  for (const MailboxSetting& setting : mailbox_settings_table())
    out += entry(setting.key, fmt::format("{} ({}, usually {}; {})", setting.meaning, setting.kind,
                                          setting.show(mailbox), mailbox_variable(0, setting.key)));
  return out + "# SEE ALSO\n\n*ruadar*(1), *ruadar*(7)\n";
}

std::string reference_page() {
  std::string out = header("ruadar", 7, "metrics, events of the log, and reason codes of Ruadar");
  out += "# METRICS\n\n";
  for (const MetricFamily& family : metric_families()) {
    const std::string labels = family.labels.empty() ? std::string() : fmt::format(" by {}", family.labels);
    out += entry(family.name, fmt::format("{} ({}{})", family.help, family.type, labels));
  }
  out += "# EVENTS OF THE LOG\n\n";
  for (const LogEvent& event : log_events()) out += entry(event.name, event.meaning);
  out += "# REASON CODES\n\n";
  for (const schema::ReasonCode& reason : schema::reason_codes())
    out += entry(reason.code, fmt::format("{} ({}, found in: {})", reason.sentence, schema::name(reason.outcome),
                                          schema::name(reason.stage)));
  return out + "# SEE ALSO\n\n*ruadar*(1), *ruadar.toml*(5)\n";
}

}  // namespace

std::optional<std::string> man_page(std::string_view page, const Command& program) {
  if (page == "ruadar.1") return commands_page(program);
  if (page == "ruadar.toml.5") return settings_page();
  if (page == "ruadar.7") return reference_page();
  return std::nullopt;
}

}  // namespace server
