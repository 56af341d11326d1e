#include "schema/tokens.h"

#include <fmt/format.h>

#include "schema/accounts.h"
#include "schema/query.h"

namespace schema {
namespace {

constexpr std::string_view columns =
    "id, name, scope, domains, created_at, created_by, expires_at, last_used_at, revoked_at, hash";

TokenSecret read_token(const Statement& row) {
  TokenSecret secret;
  Token& token = secret.token;
  token.id = row.text(0);
  token.name = row.text(1);
  token.scope = row.text(2);
  token.domains = parse_domains_text(row.text(3));
  token.created_at = row.integer(4);
  token.created_by = row.text(5);
  token.expires_at = row.optional_integer(6);
  token.last_used_at = row.optional_integer(7);
  token.revoked_at = row.optional_integer(8);
  secret.hash = row.blob(9);
  return secret;
}

}  // namespace

Result<bool> any_token(Database& database, std::int64_t now) {
  const auto some = number(database, {"SELECT EXISTS (SELECT 1 FROM token WHERE revoked_at IS NULL AND "
                                      "(expires_at IS NULL OR expires_at > ?))",
                                      {now}});
  if (!some) return unexpected(some.error());
  return *some == 1;
}

Result<std::vector<Token>> tokens(Database& database) {
  std::vector<Token> all;
  const auto read = each_row(database, fmt::format("SELECT {} FROM token ORDER BY created_at DESC, id", columns),
                             [&](Statement& row) {
                               all.push_back(read_token(row).token);
                               return true;
                             });
  if (!read) return unexpected(read.error());
  return all;
}

Result<std::optional<TokenSecret>> token(Database& database, std::string_view id) {
  std::optional<TokenSecret> found;
  const auto read = each_row(database, {fmt::format("SELECT {} FROM token WHERE id = ?", columns), {std::string(id)}},
                             [&](Statement& row) {
                               found = read_token(row);
                               return false;
                             });
  if (!read) return unexpected(read.error());
  return found;
}

Status add_token(Database& writer, const Token& token, std::string_view hash) {
  return writer.execute(
      "INSERT INTO token (id, hash, name, scope, domains, created_at, created_by, expires_at) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      token.id, Blob{hash}, token.name, token.scope, domains_text(token.domains), token.created_at, token.created_by,
      token.expires_at);
}

Result<bool> revoke_token(Database& writer, std::string_view id, std::int64_t now) {
  if (auto revoked = writer.execute("UPDATE token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", now, id);
      !revoked)
    return unexpected(std::move(revoked.error()));
  return writer.changes() > 0;
}

Status touch_token(Database& writer, std::string_view id, std::int64_t now) {
  return writer.execute("UPDATE token SET last_used_at = ? WHERE id = ?", now, id);
}

}  // namespace schema
