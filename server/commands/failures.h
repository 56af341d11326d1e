// The parts of 'ruadar failures'.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "server/command_line.h"

namespace server {

Command retry_command();
Command ignore_command();
Command resolve_command();

std::optional<std::int64_t> failure_number(const std::string& text);
// Says that `text` is none; the exit code.
int wrong_number(const std::string& command, const std::string& text);

}  // namespace server
