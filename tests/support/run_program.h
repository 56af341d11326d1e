// Runs the program that was built, as a shell would.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "tests/support/temporary_directory.h"

namespace tests {

struct Finished {
  int exit_code = -1;
  std::string out, err;
};

inline std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::string shell_quoted(const std::string& text) {
  std::string quoted = "'";
  for (char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

// `environment` is added to one without any RUADAR_ variable; `input` is a file for standard input.
inline Finished run_ruadar(const std::vector<std::string>& arguments,
                           const std::map<std::string, std::string>& environment = {},
                           const std::string& input = "/dev/null") {
  const TemporaryDirectory directory;
  std::string command = "env";
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string pair = *entry;
    if (pair.rfind("RUADAR_", 0) == 0) command += " -u " + pair.substr(0, pair.find('='));
  }
  for (const auto& [name, value] : environment) command += " " + shell_quoted(name + "=" + value);
  command += " " + shell_quoted(RUADAR_BINARY);
  for (const std::string& argument : arguments) command += " " + shell_quoted(argument);
  command +=
      " <" + shell_quoted(input) + " >" + shell_quoted(directory / "out") + " 2>" + shell_quoted(directory / "err");
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, file_text(directory / "out"), file_text(directory / "err")};
}

}  // namespace tests
