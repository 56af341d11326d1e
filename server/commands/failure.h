// How a command ends that could not do its work.
#pragma once

#include <string>

#include "schema/result.h"
#include "server/command_line.h"

namespace server {

// Writes "ruadar COMMAND: message" to standard error, and says with which code to exit.
int fail(const std::string& command, const schema::Error& error);

// The code alone.
ExitCode exit_code_for(const schema::Error& error);

// Makes the directories that lead to `path`, for their owner only.
schema::Status make_parent_directories(const std::string& path);

}  // namespace server
