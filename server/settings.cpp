#include "server/settings.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>

#include "server/mailbox_settings_table.h"
#include "server/setting_values.h"
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

std::string mailbox_origin(std::size_t index, std::string_view key) {
  return fmt::format("mailbox.{}.{}", index, key);
}

schema::Status take_mailbox(Settings& settings, std::size_t index, const MailboxSetting& setting,
                            const SettingValue& value, const std::string& origin) {
  if (const auto problem = setting.set(settings.mailboxes[index], value))
    return wrong(origin, fmt::format("{} {}", setting.key, *problem));
  settings.origins[mailbox_origin(index, setting.key)] = origin;
  return {};
}

// Who may read a file that holds secrets: its owner; its group only where root decided so.
bool is_private(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return false;
  const mode_t others = status.st_uid == 0 ? S_IRWXO | S_IWGRP : S_IRWXO | S_IRWXG;
  return (status.st_mode & others) == 0;
}

schema::Status take_mailbox_value(Settings& settings, const FileValue& value, const std::string& path) {
  if (!value.index) return wrong(value.place, "a mailbox begins with [[mailbox]]");
  if (settings.mailboxes.size() <= *value.index) settings.mailboxes.resize(*value.index + 1);
  if (value.key.empty()) return {};
  const auto& table = mailbox_settings_table();
  const auto setting = std::find_if(table.begin(), table.end(), [&](const auto& s) { return s.key == value.key; });
  if (setting == table.end()) {
    std::vector<std::string> keys;
    for (const MailboxSetting& known : table) keys.emplace_back(known.key);
    return wrong(value.place, "unknown key '" + value.key + "' in [[mailbox]]" + did_you_mean(value.key, keys));
  }
  if (setting->secret && !is_private(path))
    return wrong(value.place, fmt::format("others may read this file, and it holds a secret: chmod 0600 {}", path));
  return take_mailbox(settings, *value.index, *setting, value.value, value.place);
}

schema::Status take_file(Settings& settings, const std::string& path) {
  auto values = read_config_file(path);
  if (!values) return schema::unexpected(values.error());
  for (const FileValue& value : *values) {
    if (value.section == "mailbox") {
      if (auto taken = take_mailbox_value(settings, value, path); !taken) return taken;
      continue;
    }
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

// What a variable says, itself or by the file that it names; else the credential of systemd with this name. And which
// of these it was.
struct Said {
  std::string value, origin;
};
schema::Result<std::optional<Said>> said(const Environment& environment, const std::string& variable,
                                         const std::string& credential) {
  const auto direct = environment.find(variable);
  const auto file = environment.find(variable + "_FILE");
  if (direct != environment.end() && file != environment.end())
    return wrong(variable, "both " + variable + " and " + variable + "_FILE are set; which one holds?");
  if (direct != environment.end()) return Said{direct->second, variable};
  const auto read = [](const std::string& origin, const std::string& path) -> schema::Result<std::optional<Said>> {
    auto value = value_from_file(origin, path);
    if (!value) return schema::unexpected(value.error());
    return Said{std::move(*value), origin};
  };
  if (file != environment.end()) return read(variable + "_FILE", file->second);
  const auto credentials = environment.find("CREDENTIALS_DIRECTORY");
  if (credentials == environment.end()) return std::nullopt;
  const std::string path = credentials->second + "/" + credential;
  if (::access(path.c_str(), F_OK) != 0) return std::nullopt;
  return read("CREDENTIALS_DIRECTORY/" + credential, path);
}

bool is_from_outside(const std::string& origin) {
  return origin.rfind("RUADAR_", 0) == 0 || origin.rfind("CREDENTIALS_DIRECTORY/", 0) == 0;
}

schema::Status take_environment(Settings& settings, const Environment& environment) {
  for (const Setting& setting : settings_table()) {
    const auto given = said(environment, setting.environment(), setting.name());
    if (!given) return schema::unexpected(given.error());
    if (!*given) continue;
    if (auto taken = take(settings, setting, (*given)->value, (*given)->origin); !taken) return taken;
  }
  // The mailboxes of the file, and one more for as long as there are variables for it.
  for (std::size_t index = 0;; ++index) {
    bool any = index < settings.mailboxes.size();
    for (const MailboxSetting& setting : mailbox_settings_table()) {
      // password_file may be given as such or as the file of the password: they mean the same.
      if (setting.key == "password_file" || setting.key == "client_secret_file") continue;
      const auto given = said(environment, mailbox_variable(index, setting.key), mailbox_origin(index, setting.key));
      if (!given) return schema::unexpected(given.error());
      if (!*given) continue;
      any = true;
      if (settings.mailboxes.size() <= index) settings.mailboxes.resize(index + 1);
      if (auto taken = take_mailbox(settings, index, setting, (*given)->value, (*given)->origin); !taken) return taken;
    }
    if (!any) return {};
  }
}

schema::Status complete_mailboxes(Settings& settings, const Environment& environment) {
  const auto credentials = environment.find("CREDENTIALS_DIRECTORY");
  std::set<std::string> names;
  for (std::size_t index = 0; index < settings.mailboxes.size(); ++index) {
    ConfiguredMailbox& mailbox = settings.mailboxes[index];
    // A variable or a credential wins over the file.
    if (!mailbox.password.empty() && is_from_outside(settings.origins[mailbox_origin(index, "password")]))
      mailbox.password_file.clear();
    const bool has_secret = !mailbox.password.empty() || !mailbox.password_file.empty() ||
                            !mailbox.token_command.empty() || !mailbox.provider.empty();
    if (!has_secret && credentials != environment.end()) {
      const std::string file = credentials->second + "/imap-" + mailbox.name;
      if (::access(file.c_str(), R_OK) == 0) {
        mailbox.password_file = file;
        settings.origins[mailbox_origin(index, "password_file")] = "CREDENTIALS_DIRECTORY/imap-" + mailbox.name;
      }
    }
    const std::string title =
        mailbox.name.empty() ? fmt::format("mailbox number {}", index + 1) : "mailbox " + mailbox.name;
    if (const auto problem = complete_mailbox(mailbox)) return wrong(title, *problem);
    if (!names.insert(mailbox.name).second) return wrong(title, "is there twice");
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
  sections.insert("RUADAR_MAILBOX_");
  for (std::size_t index = 0; index <= environment.size(); ++index) {
    for (const MailboxSetting& setting : mailbox_settings_table()) {
      known.push_back(mailbox_variable(index, setting.key));
      known.push_back(mailbox_variable(index, setting.key) + "_FILE");
    }
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
  if (auto complete = complete_mailboxes(settings, sources.environment); !complete)
    return schema::unexpected(complete.error());
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
  return text + example_mailbox();
}

std::string show_config(const Settings& settings, bool with_origins) {
  std::string text;
  const auto line = [&](std::string_view key, const std::string& value, const std::string& name) {
    std::string shown = fmt::format("{} = {}", key, value);
    const auto origin = settings.origins.find(name);
    if (with_origins)
      shown = fmt::format("{:<48} # {}", shown, origin != settings.origins.end() ? origin->second : "default");
    text += shown + "\n";
  };
  std::string_view section;
  for (const Setting& setting : settings_table()) {
    if (setting.section != section) {
      text += fmt::format("{}[{}]\n", section.empty() ? "" : "\n", setting.section);
      section = setting.section;
    }
    line(setting.key, setting.show(settings), setting.name());
  }
  for (std::size_t index = 0; index < settings.mailboxes.size(); ++index) {
    text += "\n[[mailbox]]\n";
    for (const MailboxSetting& setting : mailbox_settings_table()) {
      const std::string value = setting.show(settings.mailboxes[index]);
      const bool masked = setting.secret && value != in_quotes("");
      line(setting.key, masked ? "\"***\"" : value, mailbox_origin(index, setting.key));
    }
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
