// Who asks, and what they may see. Every request has one; without an answer to "who" it is nobody.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace server {

// What a route needs, and what somebody may do; each includes those before it.
enum class Scope : std::uint8_t { open, read, ingest, admin };
std::string_view name(Scope);

struct Principal {
  enum class Kind : std::uint8_t { nobody, machine, user, token };

  Kind kind = Kind::nobody;
  std::string name;  // of the user; id of the token
  Scope scope = Scope::open;
  std::vector<std::string> domains;  // "example.com", "*.example.com"; empty: all
  std::string session;               // hash of the session, where there is one

  bool restricted() const { return !domains.empty(); }
  bool may(Scope needed) const { return scope >= needed; }
  bool sees(std::string_view domain) const;

  std::string actor() const;  // "user alice", "token 1f2e3d4c5b", "this machine", "nobody"

  // Whoever runs commands on this machine, or asks a server without users from it.
  static Principal machine() { return {Kind::machine, "", Scope::admin, {}, ""}; }
};

}  // namespace server
