// Help texts, made from the tree of commands.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "server/command_line.h"

namespace server {

// Purpose, usage, commands or options, environment, exit codes and examples of the last command of `path`, which begins
// with the program.
std::string full_help(const std::vector<const Command*>& path);

// The options that every command has, and what they do.
const std::vector<std::pair<std::string, std::string>>& common_options();

}  // namespace server
