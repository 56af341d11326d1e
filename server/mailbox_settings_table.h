// The settings of a mailbox, [[mailbox]] in the configuration: one table, as for the others (server/settings.h).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/mailbox_settings.h"
#include "schema/result.h"
#include "server/settings.h"

namespace server {

struct MailboxSetting {
  std::string_view key, kind, meaning;
  bool secret = false;  // never shown
  std::function<std::optional<std::string>(ConfiguredMailbox&, const SettingValue&)> set;
  std::function<std::string(const ConfiguredMailbox&)> show;  // as TOML
  std::vector<std::string_view> words = {};                   // all that it may be; empty: anything of its kind
};
const std::vector<MailboxSetting>& mailbox_settings_table();

// "RUADAR_MAILBOX_0_PASSWORD"
std::string mailbox_variable(std::size_t index, std::string_view key);

// What is missing or does not fit together; fills in what follows from the rest (a provider's addresses).
std::optional<std::string> complete_mailbox(ConfiguredMailbox& mailbox);

std::string example_mailbox();

}  // namespace server
