#include "server/access/principal.h"

#include <algorithm>

namespace server {

std::string_view name(Scope scope) {
  switch (scope) {
    case Scope::open:
      return "open";
    case Scope::read:
      return "read";
    case Scope::ingest:
      return "ingest";
    case Scope::admin:
      return "admin";
  }
  return "open";
}

bool Principal::sees(std::string_view domain) const {
  if (domains.empty()) return true;
  return std::any_of(domains.begin(), domains.end(), [&](std::string_view pattern) {
    if (pattern.substr(0, 2) != "*.") return pattern == domain;
    const auto above = pattern.substr(2);
    if (domain == above) return true;
    return domain.size() > above.size() && domain.substr(domain.size() - above.size()) == above &&
           domain[domain.size() - above.size() - 1] == '.';
  });
}

std::string Principal::actor() const {
  switch (kind) {
    case Kind::user:
      return "user " + name;
    case Kind::token:
      return "token " + name;
    case Kind::machine:
      return "this machine";
    case Kind::nobody:
      break;
  }
  return "nobody";
}

}  // namespace server
