// Values of settings as their tables want them. The environment and flags give texts, a configuration file gives types.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/settings.h"

namespace server {

std::optional<bool> as_bool(const SettingValue& value);
std::optional<std::size_t> as_number(const SettingValue& value);
std::optional<std::size_t> as_size(const SettingValue& value);
std::optional<std::vector<std::string>> as_list(const SettingValue& value);  // a text is divided at commas and blanks

// As a TOML string.
std::string in_quotes(std::string_view text);
std::string quoted_list(const std::vector<std::string>& texts);

}  // namespace server
