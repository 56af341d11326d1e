#include "server/version.h"

#include <fmt/format.h>

#include <memory>

#include "server/commands/commands.h"

namespace server {

Command version_command() {
  struct Options {
    bool json = false;
  };
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "version";
  command.purpose = "Says which version this is";
  command.options = {{"--json", "", "As a JSON object", &options->json}};
  command.exit_codes = {exit_done, exit_usage};
  command.examples = {"ruadar version", "ruadar version --json"};
  command.run = [options](const Globals&) {
    if (options->json) {
      fmt::print("{{\"version\":\"{}\"}}\n", version());
    } else {
      fmt::print("ruadar {}\n", version());
    }
    return exit_done;
  };
  return command;
}

}  // namespace server
