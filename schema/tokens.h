// Tokens by which programs ask. Their secrets arrive here hashed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

struct Token {
  std::string id;
  std::string name;
  std::string scope;                 // read, ingest, admin
  std::vector<std::string> domains;  // as of an Account
  std::int64_t created_at = 0;
  std::string created_by;
  std::optional<std::int64_t> expires_at, last_used_at, revoked_at;

  bool ends_by(std::int64_t now) const { return revoked_at || (expires_at && *expires_at <= now); }
};

Result<bool> any_token(Database& database, std::int64_t now);  // that has not ended
Result<std::vector<Token>> tokens(Database& database);         // the youngest first

struct TokenSecret {
  Token token;
  std::string hash;
};
Result<std::optional<TokenSecret>> token(Database& database, std::string_view id);

// What follows writes; it stands in a transaction of the caller.
Status add_token(Database& writer, const Token& token, std::string_view hash);
// false: there is none that could be revoked.
Result<bool> revoke_token(Database& writer, std::string_view id, std::int64_t now);
Status touch_token(Database& writer, std::string_view id, std::int64_t now);

}  // namespace schema
