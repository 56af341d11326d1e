#include <fmt/format.h>

#include <memory>

#include "server/commands/commands.h"
#include "server/commands/failure.h"
#include "server/settings.h"

namespace server {
namespace {

Command show_command() {
  struct Options {
    bool origin = false;
  };
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "show";
  command.purpose = "Prints every setting as it holds now";
  command.options = {
      {"--origin", "", "Say for each where it comes from: file and line, variable, flag or default", &options->origin}};
  command.exit_codes = {exit_done, exit_usage, exit_configuration};
  command.examples = {"ruadar config show", "ruadar config show --origin -c /etc/ruadar/ruadar.toml"};
  command.run = [options](const Globals& globals) -> int {
    const auto settings = globals.settings();
    if (!settings) return fail("config show", settings.error());
    fmt::print("{}", show_config(*settings, options->origin));
    return exit_done;
  };
  return command;
}

Command example_command() {
  Command command;
  command.name = "example";
  command.purpose = "Prints a configuration file with every setting, its meaning and its default";
  command.exit_codes = {exit_done, exit_usage};
  command.examples = {"ruadar config example", "ruadar config example > ruadar.toml"};
  command.run = [](const Globals&) {
    fmt::print("{}", example_config());
    return exit_done;
  };
  return command;
}

Command schema_command() {
  Command command;
  command.name = "schema";
  command.purpose = "Prints a JSON Schema of the configuration file, for editors";
  command.exit_codes = {exit_done, exit_usage};
  command.examples = {"ruadar config schema", "ruadar config schema > ruadar.schema.json"};
  command.run = [](const Globals&) {
    fmt::print("{}", config_schema());
    return exit_done;
  };
  return command;
}

}  // namespace

Command config_command() {
  Command command;
  command.name = "config";
  command.purpose = "Shows the settings, an example of the configuration file, or its schema";
  command.exit_codes = {exit_done, exit_usage, exit_configuration};
  command.examples = {"ruadar config show --origin", "ruadar config example"};
  command.subcommands = {show_command(), example_command(), schema_command()};
  return command;
}

}  // namespace server
