#include "server/settings_file.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>

namespace server {
namespace {

std::string place_of(const std::string& path, const toml::source_region& region) {
  return fmt::format("{}:{}:{}", path, region.begin.line, region.begin.column);
}

std::optional<SettingValue> value_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return number->get();
  if (const auto* truth = node.as_boolean()) return truth->get();
  const auto* array = node.as_array();
  if (array == nullptr) return std::nullopt;
  std::vector<std::string> list;
  for (const auto& element : *array) {
    const auto* text = element.as_string();
    if (text == nullptr) return std::nullopt;
    list.push_back(text->get());
  }
  return list;
}

// The keys of one section.
schema::Status take_table(std::vector<FileValue>& values, const std::string& section, const std::string& place,
                          const toml::table& table, const std::string& path, std::optional<std::size_t> index) {
  // An empty section is asked for too, so that a misspelt one is found.
  if (table.empty()) values.push_back({section, "", false, place, index});
  for (const auto& [key, value] : table) {
    auto read = value_of(value);
    if (!read)
      return schema::unavailable("configuration",
                                 fmt::format("{}: {}.{} must be a text, a number, true, false, or a list of texts",
                                             place_of(path, value.source()), section, key.str()));
    values.push_back({section, std::string(key.str()), std::move(*read), place_of(path, key.source()), index});
  }
  return {};
}

schema::Result<std::vector<FileValue>> values_of(const toml::table& file, const std::string& path) {
  std::vector<FileValue> values;
  for (const auto& [section, node] : file) {
    const std::string name(section.str());
    if (const auto* table = node.as_table()) {
      if (auto taken = take_table(values, name, place_of(path, section.source()), *table, path, std::nullopt); !taken)
        return schema::unexpected(taken.error());
    } else if (node.is_array_of_tables()) {
      std::size_t index = 0;
      for (const auto& element : *node.as_array()) {
        if (auto taken = take_table(values, name, place_of(path, element.source()), *element.as_table(), path, index++);
            !taken)
          return schema::unexpected(taken.error());
      }
    } else {
      values.push_back({"", name, value_of(node).value_or(false), place_of(path, section.source())});
    }
  }
  return values;
}

}  // namespace

schema::Result<std::vector<FileValue>> read_config_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad())
    return schema::unavailable("configuration",
                               fmt::format("cannot read {}: {}", path, std::generic_category().message(errno)));
  try {
    return values_of(toml::parse(text, path), path);
  } catch (const toml::parse_error& error) {
    return schema::unavailable("configuration",
                               fmt::format("{}: {}", place_of(path, error.source()), error.description()));
  }
}

}  // namespace server
