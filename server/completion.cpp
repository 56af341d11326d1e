#include "server/completion.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace server {
namespace {

struct Entry {
  std::string name;  // a command, or an option with its dashes
  std::string text;
  bool takes_value = false;
};

// A command by its path, "failures list"; empty for the program itself.
struct Place {
  std::string path;
  std::vector<Entry> commands, options;
};

std::vector<std::string> names_of(const std::string& flags) {
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin < flags.size();) {
    const auto end = std::min(flags.find(',', begin), flags.size());
    names.push_back(flags.substr(begin, end - begin));
    begin = end + 1;
  }
  return names;
}

void add_places(const Command& command, const std::string& path, std::vector<Place>& places) {
  Place place;
  place.path = path;
  for (const Command& sub : command.subcommands) place.commands.push_back({sub.name, sub.purpose});
  for (const Option& option : command.options)
    for (const auto& name : names_of(option.flags)) place.options.push_back({name, option.help, !option.value.empty()});
  for (const auto& [name, text, takes_value] :
       std::initializer_list<Entry>{{"--db", "The database", true},
                                    {"--config", "The configuration file", true},
                                    {"--quiet", "Less of what happens", false},
                                    {"--verbose", "More of what happens", false},
                                    {"--log-format", "auto, text or json", true},
                                    {"--color", "auto, always or never", true},
                                    {"--help", "Explains the command", false}})
    place.options.push_back({name, text, takes_value});
  places.push_back(std::move(place));
  for (const Command& sub : command.subcommands)
    add_places(sub, path.empty() ? sub.name : path + " " + sub.name, places);
}

std::string in_shell_quotes(std::string_view text) {
  std::string result = "'";
  for (const char c : text) c == '\'' ? result += "'\\''" : result += c;
  return result + "'";
}

// fish has another way to write a quote within quotes.
std::string fish_quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

// The words that make the path longer, as patterns of a case: "failures list".
std::string paths(const std::vector<Place>& places) {
  std::string all;
  for (const auto& place : places)
    if (!place.path.empty()) all += (all.empty() ? "" : "|") + in_shell_quotes(place.path);
  return all;
}

std::string bash(const std::vector<Place>& places) {
  std::string script = fmt::format(R"(# bash completion of ruadar; made by 'ruadar completion bash'
_ruadar() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} path='' word
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "${{path:+$path }}$word" in
      {}) path="${{path:+$path }}$word" ;;
    esac
  done
  local commands='' options=''
  case "$path" in
)",
                                   paths(places));
  for (const auto& place : places) {
    std::string commands, options;
    for (const auto& entry : place.commands) commands += (commands.empty() ? "" : " ") + entry.name;
    for (const auto& entry : place.options) options += (options.empty() ? "" : " ") + entry.name;
    script += fmt::format("    {}) commands={} options={} ;;\n", in_shell_quotes(place.path), in_shell_quotes(commands),
                          in_shell_quotes(options));
  }
  return script + R"(  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  else
    COMPREPLY=($(compgen -W "$commands" -- "$current"))
  fi
}
complete -o default -F _ruadar ruadar
)";
}

// "name:text", as _describe takes it.
std::string described(const std::vector<Entry>& entries) {
  std::string list;
  for (const auto& entry : entries) {
    std::string name;
    for (const char c : entry.name) name += c == ':' ? std::string("\\:") : std::string(1, c);
    list += " " + in_shell_quotes(name + ":" + entry.text);
  }
  return list;
}

std::string zsh(const std::vector<Place>& places) {
  std::string script = fmt::format(R"(#compdef ruadar
# made by 'ruadar completion zsh'
_ruadar() {{
  local at='' word
  local -a commands options
  for word in "${{words[@]:1:$((CURRENT-2))}}"; do
    case "${{at:+$at }}$word" in
      {}) at="${{at:+$at }}$word" ;;
    esac
  done
  case "$at" in
)",
                                   paths(places));
  for (const auto& place : places)
    script +=
        fmt::format("    {}) commands=({}) options=({}) ;;\n", place.path.empty() ? "''" : in_shell_quotes(place.path),
                    described(place.commands), described(place.options));
  return script + R"(  esac
  if [[ "$PREFIX" == -* ]]; then
    _describe -o 'option' options
  elif (( ${#commands} )); then
    _describe 'command' commands
  else
    _files
  fi
}
if [[ "${funcstack[1]}" == _ruadar ]]; then _ruadar "$@"; else compdef _ruadar ruadar; fi
)";
}

std::string fish(const std::vector<Place>& places) {
  std::string script = R"(# fish completion of ruadar; made by 'ruadar completion fish'
function __ruadar_at
  set -l path ''
  for word in (commandline -opc)[2..-1]
    set -l longer (string trim -- "$path $word")
    if contains -- $longer)";
  for (const auto& place : places)
    if (!place.path.empty()) script += " " + fish_quoted(place.path);
  script += R"(
      set path $longer
    end
  end
  test "$path" = "$argv[1]"
end
)";
  for (const auto& place : places) {
    const auto at = fmt::format("complete -c ruadar -n {} ", fish_quoted("__ruadar_at " + fish_quoted(place.path)));
    for (const auto& entry : place.commands)
      script += fmt::format("{}-f -a {} -d {}\n", at, fish_quoted(entry.name), fish_quoted(entry.text));
    for (const auto& entry : place.options) {
      const bool is_long = entry.name.rfind("--", 0) == 0;
      script += fmt::format("{}-{} {}{} -d {}\n", at, is_long ? "l" : "s", entry.name.substr(is_long ? 2 : 1),
                            entry.takes_value ? " -r" : "", fish_quoted(entry.text));
    }
  }
  return script;
}

}  // namespace

std::optional<std::string> completion_script(const Command& program, std::string_view shell) {
  std::vector<Place> places;
  add_places(program, "", places);
  if (shell == "bash") return bash(places);
  if (shell == "zsh") return zsh(places);
  if (shell == "fish") return fish(places);
  return std::nullopt;
}

}  // namespace server
