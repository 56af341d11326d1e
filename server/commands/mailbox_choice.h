// Which mailboxes a command is about.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "schema/result.h"
#include "server/settings.h"
#include "server/suggest.h"

namespace server {

// The one named, or all. Errors are of the configuration: there is none, or none of that name.
inline schema::Result<std::vector<const ConfiguredMailbox*>> chosen_mailboxes(const Settings& settings,
                                                                              const std::optional<std::string>& name) {
  std::vector<const ConfiguredMailbox*> chosen;
  std::vector<std::string> names;
  for (const ConfiguredMailbox& mailbox : settings.mailboxes) {
    names.push_back(mailbox.name);
    if (!name || mailbox.name == *name) chosen.push_back(&mailbox);
  }
  if (names.empty())
    return schema::unavailable("configuration",
                               "no mailbox is configured; 'ruadar config example' shows how [[mailbox]] is written");
  if (chosen.empty())
    return schema::unavailable("configuration",
                               fmt::format("there is no mailbox '{}'{}", *name, did_you_mean(*name, names)));
  return chosen;
}

}  // namespace server
