#include "server/access/new_token.h"

#include <algorithm>

#include "schema/accounts.h"
#include "schema/day.h"
#include "schema/sha256.h"
#include "server/access/credentials.h"
#include "server/access/password.h"

namespace server {
namespace {

constexpr std::size_t longest_name_bytes = 100;
constexpr std::int64_t most_days = 3650;

}  // namespace

schema::Result<NewToken> new_token(const std::string& name, const std::string& scope,
                                   const std::vector<std::string>& domains, std::optional<std::int64_t> days,
                                   const std::string& created_by, std::int64_t now) {
  if (scope != "read" && scope != "ingest" && scope != "admin")
    return schema::malformed("invalid_body", "The scope must be read, ingest or admin.");
  const bool control =
      std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (name.size() > longest_name_bytes || control)
    return schema::malformed("invalid_body", "The name of a token has at most 100 bytes and no control characters.");
  if (days && (*days < 1 || *days > most_days))
    return schema::malformed("invalid_body", "A token lasts for 1 to 3650 days, or for ever.");
  auto known = schema::account_domains(domains);
  if (!known) return schema::unexpected(known.error());

  const TokenText text{random_hex(5), random_hex(32)};
  NewToken made;
  made.text = token_text(text);
  made.secret_hash = schema::sha256(text.secret);
  made.token.id = text.id;
  made.token.name = name;
  made.token.scope = scope;
  made.token.domains = std::move(*known);
  made.token.created_at = now;
  made.token.created_by = created_by;
  if (days) made.token.expires_at = now + *days * schema::seconds_per_day;
  return made;
}

}  // namespace server
