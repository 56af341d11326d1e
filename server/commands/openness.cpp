#include "server/commands/openness.h"

#include <fmt/format.h>

#include "schema/accounts.h"
#include "schema/tokens.h"
#include "server/access/access.h"

namespace server {

schema::Error nobody_could_log_in(const Settings& settings, const Endpoint& wanted) {
  return {schema::ErrorKind::unavailable,
          "configuration",
          fmt::format(
              "{} can be reached from the network, and there is nobody yet who could log in. Add a user (ruadar user "
              "add NAME --role admin --db {}), or listen on this machine only (--listen 127.0.0.1:8080), or say "
              "--insecure-open if everyone who reaches this address may read and change everything.",
              wanted.to_string(), settings.database_path),
          {}};
}

schema::Result<Openness> openness(const Settings& settings, schema::Readers& readers, const Endpoint& wanted) {
  const auto reader = readers.lend(std::chrono::seconds(0));
  if (!reader) return schema::unexpected(reader.error());
  const auto users = schema::any_account((*reader)->database());
  if (!users) return schema::unexpected(users.error());
  const auto tokens = schema::any_token((*reader)->database(), now_seconds());
  if (!tokens) return schema::unexpected(tokens.error());
  const bool proxy_login = !settings.user_header.empty();
  if (*users || proxy_login) return Openness::users;
  if (settings.insecure_open) return wanted.is_loopback() ? Openness::machine : Openness::everybody;
  if (wanted.is_loopback()) return Openness::machine;
  if (*tokens) return Openness::users;
  return schema::unexpected(nobody_could_log_in(settings, wanted));
}

void warn_of_network(const Endpoint& endpoint) {
  fmt::print(stderr,
             "\n"
             "  WARNING: {} can be reached from the network, and there is no login.\n"
             "  Whoever reaches it reads every report, and can upload reports and decide about failures.\n"
             "\n",
             endpoint.to_string());
}

std::string_view described(Openness open) {
  switch (open) {
    case Openness::users:
      return "open to its users";
    case Openness::machine:
      return "open to this machine only, without login";
    case Openness::everybody:
      break;
  }
  return "OPEN TO THE NETWORK, WITHOUT LOGIN";
}

}  // namespace server
