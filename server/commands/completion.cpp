// ruadar completion: the options of every command, for shells.
#include "server/completion.h"

#include <fmt/format.h>

#include "server/commands/commands.h"

namespace server {

Command completion_command(const std::shared_ptr<const Command*>& program) {
  struct Options {
    std::optional<std::string> shell;
  };
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "completion";
  command.purpose = "Prints what a shell needs to complete command lines";
  command.details =
      "bash: eval \"$(ruadar completion bash)\", or into /etc/bash_completion.d/ruadar.\n"
      "zsh: into a file _ruadar in a folder of $fpath. fish: into ~/.config/fish/completions/ruadar.fish.";
  command.arguments = {{"SHELL", "bash, zsh or fish", true, &options->shell}};
  command.exit_codes = {exit_done, exit_usage};
  command.examples = {"ruadar completion bash", "ruadar completion fish"};
  command.run = [options, program](const Globals&) -> int {
    const auto script = completion_script(**program, *options->shell);
    if (!script) {
      fmt::print(stderr, "ruadar completion: SHELL is bash, zsh or fish\n");
      return exit_usage;
    }
    fmt::print("{}", *script);
    return exit_done;
  };
  return command;
}

}  // namespace server
