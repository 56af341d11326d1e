#include "server/commands/db_file_command.h"

#include <utility>

namespace server {

Command db_file_command(std::string name, std::string purpose, std::string details,
                        const std::shared_ptr<DbFileOptions>& options, DbFileRun run,
                        std::vector<ExitCode> exit_codes) {
  Command command;
  command.name = std::move(name);
  command.purpose = std::move(purpose);
  command.details = std::move(details);
  command.options = {{"--json", "", "The result as a JSON object", &options->json}};
  command.exit_codes = {exit_done, exit_failed, exit_usage};
  command.exit_codes.insert(command.exit_codes.end(), exit_codes.begin(), exit_codes.end());
  command.exit_codes.insert(command.exit_codes.end(), {exit_try_again, exit_no_permission, exit_configuration});
  command.run = [options, run](const Globals& globals) { return run(*options, globals); };
  return command;
}

}  // namespace server
