#include "server/help.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace server {
namespace {

constexpr std::size_t columns = 100;

// Two columns, the second one wrapped.
std::string rows(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::size_t left = 0;
  for (const auto& [name, text] : entries) left = std::max(left, name.size());
  left = std::min<std::size_t>(left, 30);
  std::string result;
  for (const auto& [name, text] : entries) {
    std::string line = fmt::format("  {:<{}}  ", name, left);
    const std::string indent(left + 4, ' ');
    if (line.size() > indent.size()) line = line + "\n" + indent;
    std::size_t column = indent.size();
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find(' ', begin), text.size());
      const std::string_view word = std::string_view(text).substr(begin, end - begin);
      if (column + word.size() > columns) {
        while (line.back() == ' ') line.pop_back();
        line += "\n" + indent;
        column = indent.size();
      }
      line += fmt::format("{} ", word);
      column += word.size() + 1;
      begin = end + 1;
    }
    while (line.back() == ' ') line.pop_back();
    result += line + "\n";
  }
  return result;
}

std::string option_name(const Option& option) {
  std::string name = option.flags;
  for (std::size_t at = 0; (at = name.find(',', at)) != std::string::npos; at += 2) name.replace(at, 1, ", ");
  return option.value.empty() ? name : name + " " + option.value;
}

std::string usage(const std::vector<const Command*>& path) {
  std::string text;
  for (const Command* command : path) text += (text.empty() ? "" : " ") + command->name;
  const Command& command = *path.back();
  if (!command.subcommands.empty()) return text + (command.run ? " [COMMAND]" : " COMMAND");
  if (!command.options.empty()) text += " [OPTIONS]";
  for (const Argument& argument : command.arguments) {
    const bool list = std::holds_alternative<std::vector<std::string>*>(argument.target);
    const std::string name = argument.name + (list ? "..." : "");
    text += argument.required ? " " + name : " [" + name + "]";
  }
  return text;
}

// In the order in which they are first met, those without a heading of their own first.
std::vector<std::string> groups_of(const Command& command) {
  std::vector<std::string> groups;
  for (const bool named : {false, true}) {
    for (const Option& option : command.options) {
      const bool known = std::find(groups.begin(), groups.end(), option.group) != groups.end();
      if (option.group.empty() != named && !known) groups.push_back(option.group);
    }
  }
  return groups;
}

}  // namespace

std::string full_help(const std::vector<const Command*>& path) {
  const Command& command = *path.back();
  std::string text = command.purpose + "\n\nUsage: " + usage(path) + "\n";
  if (!command.details.empty()) text += "\n" + command.details + "\n";

  std::vector<std::pair<std::string, std::string>> entries;
  for (const Command& sub : command.subcommands) entries.emplace_back(sub.name, sub.purpose);
  if (!entries.empty()) text += "\nCommands:\n" + rows(entries);

  entries.clear();
  for (const Argument& argument : command.arguments) entries.emplace_back(argument.name, argument.help);
  if (!entries.empty()) text += "\nArguments:\n" + rows(entries);

  for (const std::string& group : groups_of(command)) {
    entries.clear();
    for (const Option& option : command.options)
      if (option.group == group) entries.emplace_back(option_name(option), option.help);
    text += fmt::format("\n{}:\n", group.empty() ? "Options" : group) + rows(entries);
  }

  text += "\nEverywhere:\n" + rows(common_options());
  text += "\nEnvironment:\n  RUADAR_<SECTION>_<KEY> for every setting; see 'ruadar config example'.\n";

  entries.clear();
  for (ExitCode code : command.exit_codes) entries.emplace_back(std::to_string(code), exit_code_meaning(code));
  text += "\nExit codes:\n" + rows(entries);
  if (!command.examples.empty()) text += "\nExamples:\n";
  for (const std::string& example : command.examples) text += "  " + example + "\n";
  return text;
}

const std::vector<std::pair<std::string, std::string>>& common_options() {
  static const std::vector<std::pair<std::string, std::string>> options = {
      {"--db FILE", "The database (RUADAR_DATABASE_PATH)"},
      {"-c, --config FILE", "The configuration file (RUADAR_CONFIG); /etc/ruadar/ruadar.toml if it is there"},
      {"-q, --quiet", "No progress, and of the log only what is wrong"},
      {"-v, --verbose", "Tell more"},
      {"--log-format FORMAT", "auto (the default: text, for the journal under systemd), text or json"},
      {"--color WHEN", "auto (the default: on a terminal, unless NO_COLOR is set), always or never"},
      {"-h, --help", "This text"}};
  return options;
}

std::string_view exit_code_meaning(ExitCode code) {
  switch (code) {
    case exit_done:
      return "done";
    case exit_failed:
      return "failed";
    case exit_usage:
      return "the command line is wrong";
    case exit_partly:
      return "partly done: some inputs failed, the rest is stored";
    case exit_findings:
      return "something was found";
    case exit_unavailable:
      return "a service cannot be reached";
    case exit_try_again:
      return "temporary, try again (the database is in use)";
    case exit_no_permission:
      return "not permitted";
    case exit_configuration:
      return "the configuration is wrong, or the database is of a newer version";
  }
  return {};
}

}  // namespace server
