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

schema::Result<std::vector<FileValue>> values_of(const toml::table& file, const std::string& path) {
  std::vector<FileValue> values;
  for (const auto& [section, node] : file) {
    const auto* table = node.as_table();
    if (table == nullptr) {
      values.push_back(
          {"", std::string(section.str()), value_of(node).value_or(false), place_of(path, section.source())});
      continue;
    }
    // An empty section is asked for too, so that a misspelt one is found.
    if (table->empty()) values.push_back({std::string(section.str()), "", false, place_of(path, section.source())});
    for (const auto& [key, value] : *table) {
      auto read = value_of(value);
      if (!read)
        return schema::unavailable("configuration",
                                   fmt::format("{}: {}.{} must be a text, a number, true, false, or a list of texts",
                                               place_of(path, value.source()), section.str(), key.str()));
      values.push_back(
          {std::string(section.str()), std::string(key.str()), std::move(*read), place_of(path, key.source())});
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
