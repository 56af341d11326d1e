#include "server/settings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>

#include "server/settings_file.h"
#include "server/suggest.h"
#include "server/terminal.h"

extern char** environ;

namespace server {
namespace {

using Environment = std::map<std::string, std::string>;

constexpr const char* usual_config_file = "/etc/ruadar/ruadar.toml";

tl::unexpected<schema::Error> wrong(const std::string& place, const std::string& problem) {
  return schema::unavailable("configuration", printable(place + ": " + problem));
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return result;
}

const Setting* find_setting(std::string_view section, std::string_view key) {
  const auto& table = settings_table();
  const auto at = std::find_if(table.begin(), table.end(), [&](const Setting& setting) {
    return setting.section == section && setting.key == key;
  });
  return at != table.end() ? &*at : nullptr;
}

schema::Status take(Settings& settings, const Setting& setting, const SettingValue& value, const std::string& origin) {
  if (const auto problem = setting.set(settings, value)) return wrong(origin, setting.name() + " " + *problem);
  settings.origins[setting.name()] = origin;
  return {};
}

schema::Status unknown_key(const FileValue& value) {
  std::vector<std::string> sections, keys;
  for (const Setting& setting : settings_table()) {
    sections.emplace_back(setting.section);
    if (setting.section == value.section) keys.emplace_back(setting.key);
  }
  if (value.section.empty())
    return wrong(value.place, "'" + value.key + "' stands in no section" + did_you_mean(value.key, sections));
  if (keys.empty())
    return wrong(value.place, "unknown section [" + value.section + "]" + did_you_mean(value.section, sections));
  return wrong(value.place,
               "unknown key '" + value.key + "' in [" + value.section + "]" + did_you_mean(value.key, keys));
}

schema::Status take_file(Settings& settings, const std::string& path) {
  auto values = read_config_file(path);
  if (!values) return schema::unexpected(values.error());
  for (const FileValue& value : *values) {
    const bool empty_section = value.key.empty();
    const Setting* setting = find_setting(value.section, value.key);
    if (setting == nullptr) {
      const auto& table = settings_table();
      const bool known =
          std::any_of(table.begin(), table.end(), [&](const Setting& s) { return s.section == value.section; });
      if (empty_section && known) continue;
      return unknown_key(value);
    }
    if (auto taken = take(settings, *setting, value.value, value.place); !taken) return taken;
  }
  return {};
}

schema::Result<std::string> value_from_file(const std::string& variable, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad())
    return wrong(variable, fmt::format("cannot read {}: {}", path, std::generic_category().message(errno)));
  if (!text.empty() && text.back() == '\n') text.pop_back();
  if (!text.empty() && text.back() == '\r') text.pop_back();
  return text;
}

schema::Status take_environment(Settings& settings, const Environment& environment) {
  for (const Setting& setting : settings_table()) {
    const std::string variable = setting.environment();
    const auto direct = environment.find(variable);
    const auto file = environment.find(variable + "_FILE");
    if (direct != environment.end() && file != environment.end())
      return wrong(variable, "both " + variable + " and " + variable + "_FILE are set; which one holds?");
    if (direct != environment.end()) {
      if (auto taken = take(settings, setting, direct->second, variable); !taken) return taken;
    } else if (file != environment.end()) {
      auto value = value_from_file(variable + "_FILE", file->second);
      if (!value) return schema::unexpected(value.error());
      if (auto taken = take(settings, setting, *value, variable + "_FILE"); !taken) return taken;
    }
  }
  return {};
}

// A mistyped variable would otherwise be a setting that silently does not hold.
schema::Status refuse_unknown_variables(const Environment& environment) {
  std::set<std::string> sections;
  std::vector<std::string> known;
  for (const Setting& setting : settings_table()) {
    sections.insert("RUADAR_" + upper(setting.section) + "_");
    known.push_back(setting.environment());
    known.push_back(setting.environment() + "_FILE");
  }
  for (const auto& [name, value] : environment) {
    const bool ours = std::any_of(sections.begin(), sections.end(),
                                  [&, &n = name](const std::string& s) { return n.rfind(s, 0) == 0; });
    if (ours && std::find(known.begin(), known.end(), name) == known.end())
      return wrong(name, "there is no such setting" + did_you_mean(name, known));
  }
  return {};
}

}  // namespace

std::string Setting::name() const {
  return fmt::format("{}.{}", section, key);
}
std::string Setting::environment() const {
  return fmt::format("RUADAR_{}_{}", upper(section), upper(key));
}

std::string Settings::base_prefix() const {
  return base_path == "/" ? std::string() : base_path;
}

schema::Result<Settings> load_settings(const SettingSources& sources) {
  Settings settings;
  settings.database_path = default_database_path(sources.environment);
  for (const Setting& setting : settings_table()) settings.origins[setting.name()] = "default";

  std::string file = sources.config_file;
  if (file.empty()) {
    const auto named = sources.environment.find("RUADAR_CONFIG");
    if (named != sources.environment.end()) file = named->second;
  }
  // Whoever may not read the service's file is not the service.
  if (file.empty() && ::access(usual_config_file, R_OK) == 0) file = usual_config_file;
  if (!file.empty()) {
    if (auto taken = take_file(settings, file); !taken) return schema::unexpected(taken.error());
  }
  if (auto known = refuse_unknown_variables(sources.environment); !known) return schema::unexpected(known.error());
  if (auto taken = take_environment(settings, sources.environment); !taken) return schema::unexpected(taken.error());
  for (const auto& flag : sources.flags) {
    const std::size_t dot = flag.setting.find('.');
    const Setting* setting = find_setting(flag.setting.substr(0, dot), flag.setting.substr(dot + 1));
    if (setting == nullptr) return wrong(flag.flag, "there is no setting " + flag.setting);
    if (auto taken = take(settings, *setting, flag.value, flag.flag); !taken) return schema::unexpected(taken.error());
  }
  return settings;
}

Environment process_environment() {
  Environment environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view pair = *entry;
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos) environment.emplace(pair.substr(0, equals), pair.substr(equals + 1));
  }
  return environment;
}

std::string default_database_path(const Environment& environment) {
  if (::access("/var/lib/ruadar", W_OK) == 0 || ::geteuid() == 0) return "/var/lib/ruadar/ruadar.db";
  const auto data = environment.find("XDG_DATA_HOME");
  if (data != environment.end() && !data->second.empty()) return data->second + "/ruadar/ruadar.db";
  const auto home = environment.find("HOME");
  return (home != environment.end() ? home->second + "/.local/share" : std::string("/tmp")) + "/ruadar/ruadar.db";
}

std::string example_config() {
  std::string text =
      "# Settings of Ruadar, with their defaults. A flag wins over the environment, the environment over this file.\n"
      "# A list in the environment is divided by commas; NAME_FILE takes the value of NAME from a file.\n";
  const Settings defaults;
  std::string_view section;
  for (const Setting& setting : settings_table()) {
    if (setting.section != section) text += fmt::format("\n[{}]\n", section = setting.section);
    const bool varies = setting.name() == "database.path";
    text += fmt::format("# {}\n# {}, {}\n{} = {}\n", setting.meaning, setting.kind, setting.environment(), setting.key,
                        varies ? "\"/var/lib/ruadar/ruadar.db\"" : setting.show(defaults));
  }
  return text;
}

std::string show_config(const Settings& settings, bool with_origins) {
  std::string text;
  std::string_view section;
  for (const Setting& setting : settings_table()) {
    if (setting.section != section) {
      text += fmt::format("{}[{}]\n", section.empty() ? "" : "\n", setting.section);
      section = setting.section;
    }
    std::string line = fmt::format("{} = {}", setting.key, setting.show(settings));
    const auto origin = settings.origins.find(setting.name());
    if (with_origins && origin != settings.origins.end()) line = fmt::format("{:<48} # {}", line, origin->second);
    text += line + "\n";
  }
  return text;
}

namespace {
struct Unit {
  std::string_view name;
  std::size_t bytes;
};
constexpr std::size_t KiB = 1024;
constexpr std::array<Unit, 10> units{{{"GiB", KiB* KiB* KiB},
                                      {"MiB", KiB* KiB},
                                      {"KiB", KiB},
                                      {"GB", 1'000'000'000},
                                      {"MB", 1'000'000},
                                      {"kB", 1'000},
                                      {"KB", 1'000},
                                      {"B", 1},
                                      {"bytes", 1},
                                      {"", 1}}};
}  // namespace

std::optional<std::size_t> parse_size(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  std::string_view name(end, static_cast<std::size_t>(text.data() + text.size() - end));
  while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
  const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == name; });
  constexpr std::size_t most = std::size_t{1} << 50;
  if (unit == units.end() || number > most / unit->bytes) return std::nullopt;
  return number * unit->bytes;
}

std::string show_size(std::size_t bytes) {
  for (const Unit& unit : units)
    if (unit.bytes % KiB == 0 && bytes > 0 && bytes % unit.bytes == 0)
      return fmt::format("{}{}", bytes / unit.bytes, unit.name);
  return std::to_string(bytes);
}

}  // namespace server
