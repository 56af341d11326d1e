// The commands of the program, one file each. Each function makes the command with its options; the values of options
// live as long as the command.
#pragma once

#include <string>

#include "schema/result.h"
#include "server/command_line.h"

namespace server {

Command serve_command();
Command import_command();
Command failures_command();
Command reparse_command();
Command summary_command();
Command reports_command();
Command records_command();
Command sources_command();
Command reporters_command();
Command domains_command();
Command policies_command();
Command config_command();
Command healthcheck_command();
Command version_command();

}  // namespace server
