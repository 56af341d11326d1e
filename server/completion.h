// What a shell offers while a command line is typed, made from the tree of commands. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/command_line.h"

namespace server {

// The script for "bash", "zsh" or "fish"; none for another shell.
std::optional<std::string> completion_script(const Command& program, std::string_view shell);

}  // namespace server
