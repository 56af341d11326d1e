// The man pages, in the format of scdoc, made from the tables that the program itself goes by.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/command_line.h"

namespace server {

// "ruadar.1": the commands; "ruadar.toml.5": the settings; "ruadar.7": metrics, events of the log, reason codes. None
// for another name.
std::optional<std::string> man_page(std::string_view page, const Command& program);

}  // namespace server
