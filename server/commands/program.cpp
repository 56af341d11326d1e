#include "server/commands/program.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "server/commands/commands.h"
#include "server/man.h"
#include "server/suggest.h"
#include "server/version.h"

namespace server {
namespace {

// Needs the tree it stands in: bound when the tree is whole.
Command help_command(const std::shared_ptr<const Command*>& program) {
  struct Options {
    std::vector<std::string> path;
  };
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "help";
  command.purpose = "Explains a command";
  command.arguments = {{"COMMAND", "Which one", false, &options->path}};
  command.exit_codes = {exit_done, exit_usage};
  command.examples = {"ruadar help import", "ruadar help failures list"};
  command.run = [options, program](const Globals&) -> int {
    if (const auto text = help_text(**program, options->path)) {
      fmt::print("{}", *text);
      return exit_done;
    }
    std::vector<std::string> names;
    for (const Command& sub : (*program)->subcommands) names.push_back(sub.name);
    fmt::print(stderr, "ruadar help: there is no such command{}\n", did_you_mean(options->path.back(), names));
    return exit_usage;
  };
  return command;
}

// For packages. Needs the tree, too.
Command man_command(const std::shared_ptr<const Command*>& program) {
  auto page = std::make_shared<std::optional<std::string>>();
  Command command;
  command.name = "man";
  command.purpose = "Prints a man page in the format of scdoc: ruadar.1, ruadar.toml.5 or ruadar.7";
  command.arguments = {{"PAGE", "Which one", true, page.get()}};
  command.exit_codes = {exit_done, exit_usage};
  command.examples = {"ruadar man ruadar.1 | scdoc >ruadar.1", "ruadar man ruadar.toml.5 | scdoc | man -l -"};
  command.run = [page, program](const Globals&) -> int {
    if (const auto text = man_page(**page, **program)) {
      fmt::print("{}", *text);
      return exit_done;
    }
    fmt::print(stderr, "ruadar man: there is no such page; there are ruadar.1, ruadar.toml.5 and ruadar.7\n");
    return exit_usage;
  };
  return command;
}

}  // namespace

int run_program(const std::vector<std::string>& arguments) {
  auto self = std::make_shared<const Command*>(nullptr);
  auto wants_version = std::make_shared<bool>(false);
  Command program;
  program.name = "ruadar";
  program.purpose = "Ruadar reads DMARC aggregate reports, keeps them, and shows what they say";
  program.options = {{"-V,--version", "", "Says which version this is", wants_version.get()}};
  program.exit_codes = {exit_done,        exit_failed,    exit_usage,         exit_partly,       exit_findings,
                        exit_unavailable, exit_try_again, exit_no_permission, exit_configuration};
  program.examples = {"ruadar import ~/Mail/dmarc reports.mbox.gz", "ruadar serve --listen 127.0.0.1:8080"};
  program.subcommands = {serve_command(), import_command(), fetch_command(), failures_command(), reparse_command(),
                         summary_command()};
  for (Command& query : query_commands()) program.subcommands.push_back(std::move(query));
  for (Command& other :
       std::vector{user_command(), token_command(), audit_command(), check_command(), auth_command(), lint_command(),
                   anonymise_command(), db_command(), demo_command(), config_command(), healthcheck_command(),
                   version_command(), completion_command(self), man_command(self), help_command(self)})
    program.subcommands.push_back(std::move(other));
  *self = &program;
  // As a switch it stands alone; CLI11 is not asked, because nothing else may go wrong with it.
  if (arguments == std::vector<std::string>{"-V"} || arguments == std::vector<std::string>{"--version"}) {
    fmt::print("ruadar {}\n", version());
    return exit_done;
  }
  return run_command_line(program, arguments);
}

}  // namespace server
