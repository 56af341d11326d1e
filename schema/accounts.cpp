#include "schema/accounts.h"

#include <fmt/format.h>

#include <algorithm>

#include "schema/domain_name.h"
#include "schema/query.h"

namespace schema {
namespace {

constexpr std::size_t longest_name = 64;
constexpr std::size_t most_domains = 100;
constexpr std::int64_t most_sessions = 20;

constexpr std::string_view columns = "a.id, a.name, a.role, a.domains, a.created_at, a.last_login_at";

Account read_account(const Statement& row) {
  Account account;
  account.id = row.integer(0);
  account.name = row.text(1);
  account.role = role_named(row.text(2)).value_or(Role::viewer);
  account.domains = parse_domains_text(row.text(3));
  account.created_at = row.integer(4);
  account.last_login_at = row.optional_integer(5);
  return account;
}

}  // namespace

std::string_view name(Role role) {
  return role == Role::admin ? "admin" : "viewer";
}

std::optional<Role> role_named(std::string_view text) {
  if (text == "admin") return Role::admin;
  if (text == "viewer") return Role::viewer;
  return std::nullopt;
}

std::optional<std::string> account_name(std::string_view text) {
  if (text.empty() || text.size() > longest_name) return std::nullopt;
  std::string name;
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool plain = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!plain && (name.empty() || std::string_view(".-_@").find(c) == std::string_view::npos)) return std::nullopt;
    name += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return name;
}

Result<std::vector<std::string>> account_domains(const std::vector<std::string>& texts) {
  if (texts.size() > most_domains)
    return malformed("invalid_domain", fmt::format("There may be {} domains at most.", most_domains));
  std::vector<std::string> domains;
  for (const std::string& text : texts) {
    const bool below = text.rfind("*.", 0) == 0;
    const auto domain = normalise_domain(std::string_view(text).substr(below ? 2 : 0));
    if (!is_domain_name(domain)) return malformed("invalid_domain", "One of the domains is no domain name.");
    domains.push_back((below ? "*." : "") + domain);
  }
  std::sort(domains.begin(), domains.end());
  domains.erase(std::unique(domains.begin(), domains.end()), domains.end());
  return domains;
}

std::string domains_text(const std::vector<std::string>& domains) {
  return fmt::format("{}", fmt::join(domains, " "));
}

std::vector<std::string> parse_domains_text(std::string_view text) {
  std::vector<std::string> domains;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    domains.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return domains;
}

Result<bool> any_account(Database& database) {
  const auto some = number(database, "SELECT EXISTS (SELECT 1 FROM account)");
  if (!some) return unexpected(some.error());
  return *some == 1;
}

Result<std::vector<Account>> accounts(Database& database) {
  std::vector<Account> all;
  const auto read =
      each_row(database, fmt::format("SELECT {} FROM account a ORDER BY a.name", columns), [&](Statement& row) {
        all.push_back(read_account(row));
        return true;
      });
  if (!read) return unexpected(read.error());
  return all;
}

Result<std::optional<Account>> account_named(Database& database, std::string_view name) {
  auto login = login_of(database, name);
  if (!login) return unexpected(std::move(login.error()));
  if (!*login) return std::optional<Account>();
  return std::move((*login)->account);
}

Result<std::optional<Login>> login_of(Database& database, std::string_view name) {
  std::optional<Login> login;
  const auto read = each_row(
      database, {fmt::format("SELECT {}, a.password FROM account a WHERE a.name = ?", columns), {std::string(name)}},
      [&](Statement& row) {
        login = Login{read_account(row), std::string(row.text(6))};
        return false;
      });
  if (!read) return unexpected(read.error());
  return login;
}

Result<std::int64_t> add_account(Database& writer, const Account& account, std::string_view password_hash,
                                 std::int64_t now) {
  const auto known = account_named(writer, account.name);
  if (!known) return unexpected(known.error());
  if (*known) return malformed("exists", fmt::format("There is a user '{}' already.", account.name));
  const auto added =
      writer.execute("INSERT INTO account (name, password, role, domains, created_at) VALUES (?, ?, ?, ?, ?)",
                     account.name, password_hash, name(account.role), domains_text(account.domains), now);
  if (!added) return unexpected(added.error());
  return writer.last_insert_id();
}

Result<bool> remove_account(Database& writer, std::string_view name) {
  if (auto removed = writer.execute("DELETE FROM account WHERE name = ?", name); !removed)
    return unexpected(std::move(removed.error()));
  return writer.changes() > 0;
}

Status change_account(Database& writer, const Account& account) {
  return writer.execute("UPDATE account SET role = ?, domains = ? WHERE id = ?", name(account.role),
                        domains_text(account.domains), account.id);
}

Status change_password(Database& writer, std::int64_t id, std::string_view password_hash, std::string_view kept) {
  if (auto changed = writer.execute("UPDATE account SET password = ? WHERE id = ?", password_hash, id); !changed)
    return changed;
  return writer.execute("DELETE FROM session WHERE account_id = ? AND hash <> ?", id, Blob{kept});
}

Result<bool> other_admin(Database& database, std::int64_t id) {
  const auto others =
      number(database, {"SELECT count(*) FROM account WHERE role = 'admin' AND domains = '' AND id <> ?", {id}});
  if (!others) return unexpected(others.error());
  return *others > 0;
}

Result<std::optional<Session>> session(Database& database, std::string_view hash, std::int64_t now) {
  std::optional<Session> found;
  const auto read =
      each_row(database,
               {fmt::format("SELECT {}, s.created_at, s.seen_at FROM session s JOIN account a ON a.id = s.account_id "
                            "WHERE s.hash = ? AND s.created_at > ? AND s.seen_at > ?",
                            columns),
                {OwnedBlob{std::string(hash)}, now - session_seconds, now - session_idle_seconds}},
               [&](Statement& row) {
                 found = Session{read_account(row), row.integer(6), row.integer(7)};
                 return false;
               });
  if (!read) return unexpected(read.error());
  return found;
}

Status add_session(Database& writer, std::string_view hash, std::int64_t account_id, std::int64_t now) {
  auto done = writer.execute("DELETE FROM session WHERE created_at <= ? OR seen_at <= ?", now - session_seconds,
                             now - session_idle_seconds);
  if (done)
    done = writer.execute(R"sql(
      DELETE FROM session WHERE hash IN (
        SELECT hash FROM session WHERE account_id = ? ORDER BY created_at DESC LIMIT -1 OFFSET ?))sql",
                          account_id, most_sessions - 1);
  if (done)
    done = writer.execute("INSERT INTO session (hash, account_id, created_at, seen_at) VALUES (?, ?, ?, ?)", Blob{hash},
                          account_id, now, now);
  if (done) done = writer.execute("UPDATE account SET last_login_at = ? WHERE id = ?", now, account_id);
  return done;
}

Status touch_session(Database& writer, std::string_view hash, std::int64_t now) {
  return writer.execute("UPDATE session SET seen_at = ? WHERE hash = ?", now, Blob{hash});
}

Status end_session(Database& writer, std::string_view hash) {
  return writer.execute("DELETE FROM session WHERE hash = ?", Blob{hash});
}

}  // namespace schema
