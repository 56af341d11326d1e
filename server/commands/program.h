// All commands of the program.
#pragma once

#include <string>
#include <vector>

namespace server {

// Runs what the arguments (without the program's name) ask for; the exit code.
int run_program(const std::vector<std::string>& arguments);

}  // namespace server
