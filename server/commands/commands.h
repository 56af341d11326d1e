// The commands of the program, one file each. Each function makes the command with its options; the values of options
// live as long as the command.
#pragma once

#include <memory>
#include <vector>

#include "server/command_line.h"

namespace server {

Command serve_command();
Command import_command();
Command failures_command();
Command reparse_command();
Command summary_command();
std::vector<Command> query_commands();  // reports, ..., changes
Command lint_command();
Command anonymise_command();
Command fetch_command();
Command check_command();
Command auth_command();
Command demo_command();
Command user_command();
Command token_command();
Command audit_command();
Command db_command();
Command config_command();
Command healthcheck_command();
Command version_command();
Command completion_command(const std::shared_ptr<const Command*>& program);  // bound when the tree is whole

}  // namespace server
