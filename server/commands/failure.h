// How a command ends that could not do its work.
#pragma once

#include <string>
#include <string_view>

#include "schema/result.h"
#include "server/command_line.h"

namespace server {

// What the operator can do about it, in a sentence or two; mostly nothing but what the message says.
std::string_view advice(const schema::Error& error);

// Writes "ruadar COMMAND: message" to standard error, with advice, and says with which code to exit.
int fail(const std::string& command, const schema::Error& error);

// The code alone.
ExitCode exit_code_for(const schema::Error& error);

// Makes the directories that lead to `path`, for their owner only.
schema::Status make_parent_directories(const std::string& path);

}  // namespace server
