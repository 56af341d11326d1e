// What the program can be asked to do, as a tree of commands, and how a command line becomes a call. CLI11 stays in
// command_line.cpp.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server/log.h"
#include "server/settings.h"

namespace server {

// Stable; part of every help text.
enum ExitCode : int {
  exit_done = 0,
  exit_failed = 1,
  exit_usage = 2,
  exit_partly = 3,
  exit_findings = 4,
  exit_unavailable = 69,
  exit_try_again = 75,
  exit_no_permission = 77,
  exit_configuration = 78,
};
// "3   partly done: some inputs failed, the rest is stored", as a command's help says it.
std::string_view exit_code_meaning(ExitCode code);

// Where an option's value goes; it must live as long as the command.
using OptionTarget = std::variant<bool*, std::optional<std::string>*, std::vector<std::string>*>;

struct Option {
  std::string flags;  // "--listen" or "-n,--dry-run"
  std::string value;  // what it takes, for the help: "ADDR:PORT"; empty for a switch
  std::string help;
  OptionTarget target;
  std::string group = {};  // under which heading of the help; empty: "Options"
};

struct Argument {
  std::string name;  // "PATH"
  std::string help;
  bool required = true;
  OptionTarget target;  // a list takes all that follow
};

// What every command is given.
struct Globals {
  std::optional<std::string> config_file;
  std::optional<std::string> database;
  std::optional<std::string> log_format, color;
  bool quiet = false;                       // no progress; of the log only what is wrong
  bool verbose = false;                     // more of what happens
  std::vector<SettingSources::Flag> flags;  // those above that are settings

  // Settings with the command's own flags on top.
  schema::Result<Settings> settings(std::vector<SettingSources::Flag> more = {}) const;
};

struct Command {
  std::string name;
  std::string purpose;       // one line
  std::string details = {};  // paragraphs for the help; may be empty
  std::vector<Argument> arguments = {};
  std::vector<Option> options = {};
  std::vector<ExitCode> exit_codes = {exit_done, exit_failed, exit_usage, exit_configuration};
  std::vector<std::string> examples = {};
  LogLevel least_logged = LogLevel::info;       // without --quiet and --verbose
  std::function<int(const Globals&)> run = {};  // none where a subcommand must follow
  std::vector<Command> subcommands = {};
};

// Runs what `arguments` (without the program's name) ask for, and returns the exit code. Help and errors of usage are
// written here.
int run_command_line(const Command& program, const std::vector<std::string>& arguments);

// The whole help text of the command that `path` leads to below `program`; none when there is no such command.
std::optional<std::string> help_text(const Command& program, const std::vector<std::string>& path);

}  // namespace server
