// A token with a new secret, for the API and the command line.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schema/result.h"
#include "schema/tokens.h"

namespace server {

struct NewToken {
  schema::Token token;
  std::string text;         // to be shown once
  std::string secret_hash;  // to be kept
};

// Error malformed invalid_body for a scope that is none, a name that is too long or holds control characters, days
// outside 1 to 3650; invalid_domain.
schema::Result<NewToken> new_token(const std::string& name, const std::string& scope,
                                   const std::vector<std::string>& domains, std::optional<std::int64_t> days,
                                   const std::string& created_by, std::int64_t now);

}  // namespace server
