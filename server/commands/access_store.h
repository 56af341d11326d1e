// Users and tokens for the command line: whoever may write the database file decides about them.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "schema/audit.h"
#include "schema/result.h"
#include "schema/sqlite.h"
#include "server/settings.h"

namespace server {

// Makes the database or brings it up to date, unless another ruadar writes to it and it is. Then calls `change` in a
// transaction and notes `entry`, with who runs this.
schema::Status change_access(const Settings& settings, schema::AuditEntry entry,
                             const std::function<schema::Status(schema::Database&)>& change);
// "command line (alice)".
std::string command_line_actor();

// A password from the terminal, typed twice without being shown, or the first line of standard input where that is no
// terminal. Error malformed with what is wrong with it.
schema::Result<std::string> read_password(const std::string& of);

// "example.com,*.example.org" as a list.
std::vector<std::string> divided(const std::optional<std::string>& text);

}  // namespace server
