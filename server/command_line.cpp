#include "server/command_line.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

#include "server/help.h"
#include "server/suggest.h"
#include "server/terminal.h"

namespace server {
namespace {

// One command within the others, while a command line is read.
struct Node {
  const Command* command;
  CLI::App* app;
  std::vector<const Command*> path;  // from the program to this command
};

std::vector<std::string> long_flags(const Command& command) {
  std::vector<std::string> names{"--config", "--db", "--quiet", "--verbose", "--log-format", "--color", "--help"};
  for (const Option& option : command.options)
    for (const std::string& name : CLI::detail::split(option.flags, ',')) names.push_back(name);
  return names;
}

std::vector<std::string> command_names(const Command& command) {
  std::vector<std::string> names;
  for (const Command& sub : command.subcommands) names.push_back(sub.name);
  return names;
}

void add_target(CLI::App& app, const std::string& name, const OptionTarget& target, bool required, bool argument) {
  CLI::Option* option = nullptr;
  if (bool* const* flag = std::get_if<bool*>(&target)) {
    option = app.add_flag(name, **flag);
  } else if (auto* const* text = std::get_if<std::optional<std::string>*>(&target)) {
    option = app.add_option_function<std::string>(name, [to = *text](const std::string& value) { *to = value; });
  } else {
    option = app.add_option(name, **std::get_if<std::vector<std::string>*>(&target));
    // Only arguments take several words; an option that may repeat takes one at a time.
    if (!argument) option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)->allow_extra_args(false);
  }
  option->required(required);
}

// -q is --quiet, -v is --verbose. CLI11 does not hear of it: to some of its versions -q and the filter --q are one
// name.
std::vector<std::string> with_switches_spelt_out(std::vector<std::string> arguments) {
  const auto end_of_options = std::find(arguments.begin(), arguments.end(), "--");
  std::replace(arguments.begin(), end_of_options, std::string("-q"), std::string("--quiet"));
  std::replace(arguments.begin(), end_of_options, std::string("-v"), std::string("--verbose"));
  return arguments;
}

struct GlobalTargets {
  Globals globals;
  bool help = false;
};

void add_command(CLI::App& app, const Command& command, std::vector<const Command*> path, GlobalTargets& targets,
                 std::vector<Node>& nodes) {
  path.push_back(&command);
  nodes.push_back({&command, &app, path});
  app.set_help_flag();
  app.allow_extras();            // so that we can say what was meant
  app.require_subcommand(0, 1);  // so that a path may be called like a command
  app.add_flag("-h,--help", targets.help);
  add_target(app, "-c,--config", &targets.globals.config_file, false, false);
  add_target(app, "--db", &targets.globals.database, false, false);
  add_target(app, "--quiet", &targets.globals.quiet, false, false);
  add_target(app, "--verbose", &targets.globals.verbose, false, false);
  add_target(app, "--log-format", &targets.globals.log_format, false, false);
  add_target(app, "--color", &targets.globals.color, false, false);
  for (const Option& option : command.options) add_target(app, option.flags, option.target, false, false);
  for (const Argument& argument : command.arguments) add_target(app, argument.name, argument.target, false, true);
  for (const Command& sub : command.subcommands) add_command(*app.add_subcommand(sub.name), sub, path, targets, nodes);
}

std::string words(const std::vector<const Command*>& path) {
  std::string text;
  for (const Command* command : path) text += (text.empty() ? "" : " ") + command->name;
  return text;
}

int usage_error(const Node& node, const std::string& problem) {
  const std::string command = words(node.path);
  std::fprintf(stderr, "%s %s\nSee '%s --help'.\n", in_colour(Colour::red, command + ":", STDERR_FILENO).c_str(),
               printable(problem).c_str(), command.c_str());
  return exit_usage;
}

bool is_missing(const Argument& argument) {
  if (!argument.required) return false;
  if (auto* const* list = std::get_if<std::vector<std::string>*>(&argument.target)) return (*list)->empty();
  if (auto* const* text = std::get_if<std::optional<std::string>*>(&argument.target)) return !**text;
  return false;
}

// What nobody took: a mistyped option or command, or too much.
std::optional<int> refuse_extras(const Node& node) {
  const Command& command = *node.command;
  for (const std::string& extra : node.app->remaining()) {
    if (extra.size() > 1 && extra[0] == '-') {
      const std::string name = extra.substr(0, extra.find('='));
      return usage_error(node, "unknown option " + name + did_you_mean(name, long_flags(command)));
    }
    if (!command.subcommands.empty())
      return usage_error(node, "unknown command '" + extra + "'" + did_you_mean(extra, command_names(command)));
    return usage_error(node, "'" + extra + "' is one argument too many");
  }
  return std::nullopt;
}

// How the log and the terminal look. What is wrong with it; none: nothing.
std::optional<std::string> set_up_output(const Globals& globals, LogLevel usual) {
  if (!set_colour(globals.color.value_or("auto"))) return "--color is auto, always or never";
  const auto format = log_format_named(globals.log_format.value_or("auto"));
  if (!format) return "--log-format is auto, text or json";
  set_up_log(*format, globals.verbose ? LogLevel::debug : globals.quiet ? std::max(usual, LogLevel::warning) : usual);
  return std::nullopt;
}

int run_node(const Node& node, const GlobalTargets& targets) {
  const Command& command = *node.command;
  if (const auto problem = set_up_output(targets.globals, command.least_logged)) return usage_error(node, *problem);
  if (targets.help) {
    std::fputs(full_help(node.path).c_str(), stdout);
    return exit_done;
  }
  if (!command.run) {
    std::fputs(full_help(node.path).c_str(), stderr);
    return exit_usage;
  }
  for (const Argument& argument : command.arguments)
    if (is_missing(argument)) return usage_error(node, argument.name + " is missing: " + argument.help);
  Globals globals = targets.globals;
  if (globals.database) globals.flags.push_back({"database.path", *globals.database, "--db"});
  return command.run(globals);
}

}  // namespace

schema::Result<Settings> Globals::settings(std::vector<SettingSources::Flag> more) const {
  SettingSources sources;
  sources.config_file = config_file.value_or("");
  sources.environment = process_environment();
  sources.flags = flags;
  sources.flags.insert(sources.flags.end(), more.begin(), more.end());
  return load_settings(sources);
}

int run_command_line(const Command& program, const std::vector<std::string>& arguments) {
  CLI::App app;
  app.name(program.name);
  GlobalTargets targets;
  std::vector<Node> nodes;
  add_command(app, program, {}, targets, nodes);

  // The innermost command that was named.
  const auto chosen = [&nodes]() -> const Node& {
    const Node* innermost = &nodes.front();
    for (const Node& node : nodes)
      if (node.path.size() > innermost->path.size() && node.app->parsed()) innermost = &node;
    return *innermost;
  };
  try {
    auto words = with_switches_spelt_out(arguments);
    std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    return usage_error(chosen(), error.what());
  }
  const Node& node = chosen();
  for (const Node& outer : nodes) {
    const bool on_the_way = std::find(node.path.begin(), node.path.end(), outer.command) != node.path.end();
    if (!on_the_way || targets.help) continue;
    if (const auto refused = refuse_extras(outer)) return *refused;
  }
  return run_node(node, targets);
}

std::optional<std::string> help_text(const Command& program, const std::vector<std::string>& path) {
  std::vector<const Command*> found{&program};
  for (const std::string& name : path) {
    const auto& subs = found.back()->subcommands;
    const auto at = std::find_if(subs.begin(), subs.end(), [&](const Command& sub) { return sub.name == name; });
    if (at == subs.end()) return std::nullopt;
    found.push_back(&*at);
  }
  return full_help(found);
}

}  // namespace server
