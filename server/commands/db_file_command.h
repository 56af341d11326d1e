// What those parts of 'ruadar db' have in common that are about one file: it may be named, and --json tells the result.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/command_line.h"

namespace server {

struct DbFileOptions {
  std::optional<std::string> file;
  bool json = false;
};

using DbFileRun = int (*)(const DbFileOptions&, const Globals&);

// The command `name`, which runs `run`; whoever asks for it adds the argument and the examples. `exit_codes` are those
// of its own, besides the ones that every command with a database has.
Command db_file_command(std::string name, std::string purpose, std::string details,
                        const std::shared_ptr<DbFileOptions>& options, DbFileRun run,
                        std::vector<ExitCode> exit_codes = {});

}  // namespace server
