// People who log in, and the browsers in which they have. Passwords arrive here hashed, session ids too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

enum class Role : std::uint8_t { viewer, admin };
std::string_view name(Role);
std::optional<Role> role_named(std::string_view text);

struct Account {
  std::int64_t id = 0;
  std::string name;
  Role role = Role::viewer;
  std::vector<std::string> domains;  // "example.com", "*.example.com"; empty: all
  std::int64_t created_at = 0;
  std::optional<std::int64_t> last_login_at;
};

// Lower case; letters, digits, '.', '-', '_' and '@', at most 64, beginning with a letter or digit. none: no such name.
std::optional<std::string> account_name(std::string_view text);

// Domain patterns as they are kept: normalised, "*." allowed in front. Error malformed invalid_domain names the first
// that is none; too many of them is one, too.
Result<std::vector<std::string>> account_domains(const std::vector<std::string>& texts);
// As one text, parted by blanks, and back.
std::string domains_text(const std::vector<std::string>& domains);
std::vector<std::string> parse_domains_text(std::string_view text);

Result<bool> any_account(Database& database);
Result<std::vector<Account>> accounts(Database& database);
Result<std::optional<Account>> account_named(Database& database, std::string_view name);

struct Login {
  Account account;
  std::string password;  // its hash
};
Result<std::optional<Login>> login_of(Database& database, std::string_view name);

// What follows writes; it stands in a transaction of the caller.

// Error malformed exists.
Result<std::int64_t> add_account(Database& writer, const Account& account, std::string_view password_hash,
                                 std::int64_t now);
// false: there is none of that name. Ends its sessions.
Result<bool> remove_account(Database& writer, std::string_view name);
Status change_account(Database& writer, const Account& account);  // role and domains
// Ends its sessions but `kept`, a session's hash; empty: all.
Status change_password(Database& writer, std::int64_t id, std::string_view password_hash, std::string_view kept);
// Whether somebody but this one is admin of all domains.
Result<bool> other_admin(Database& database, std::int64_t id);

struct Session {
  Account account;
  std::int64_t created_at = 0;
  std::int64_t seen_at = 0;
};
// Seconds without a request, and since the login, after which a session has ended.
inline constexpr std::int64_t session_idle_seconds = 8 * 3600;
inline constexpr std::int64_t session_seconds = 24 * 3600;
// none: there is none, or it has ended by now.
Result<std::optional<Session>> session(Database& database, std::string_view hash, std::int64_t now);
// Those that have ended are forgotten; of the account at most 20, the latest.
Status add_session(Database& writer, std::string_view hash, std::int64_t account_id, std::int64_t now);
Status touch_session(Database& writer, std::string_view hash, std::int64_t now);
Status end_session(Database& writer, std::string_view hash);

}  // namespace schema
