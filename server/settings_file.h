// The configuration file, as names and values with their places. toml++ stays in settings_file.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schema/result.h"
#include "server/settings.h"

namespace server {

struct FileValue {
  std::string section, key;
  SettingValue value;
  std::string place;                      // "FILE:LINE:COLUMN"
  std::optional<std::size_t> index = {};  // which of several such sections, [[mailbox]]
};

// Everything in the file, in its order. Errors (code "configuration"): not readable, not TOML, a value of a type that
// no setting has.
schema::Result<std::vector<FileValue>> read_config_file(const std::string& path);

}  // namespace server
