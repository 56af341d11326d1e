// ruadar auth: a person logs in once in a browser, and the program can log in from then on.
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "ingest/oauth.h"
#include "ingest/secret_file.h"
#include "server/commands/commands.h"
#include "server/commands/failure.h"
#include "server/commands/mailbox_choice.h"
#include "server/terminal.h"

namespace server {
namespace {

int authorise(const std::string& name, const Globals& globals) {
  const auto settings = globals.settings();
  if (!settings) return fail("auth", settings.error());
  const auto chosen = chosen_mailboxes(*settings, name);
  if (!chosen) return fail("auth", chosen.error());
  const ConfiguredMailbox& mailbox = *chosen->front();
  const std::string& file = mailbox.oauth.refresh_token_file;
  if (mailbox.provider.empty() || file.empty() || mailbox.oauth.device_endpoint.empty())
    return fail("auth", {schema::ErrorKind::unavailable, "configuration",
                         "mailbox " + name + " needs oauth, refresh_token_file and a device_endpoint", std::nullopt});
  ingest::Bell bell;
  const auto token = ingest::device_flow(mailbox.oauth, bell, [&](const ingest::DeviceCode& code) {
    fmt::print("Open {} in a browser, log in as {}, and give this code:\n\n    {}\n\n",
               printable(code.verification_uri), mailbox.user, printable(code.user_code));
    if (!code.verification_uri_complete.empty())
      fmt::print("Or open {}\n\n", printable(code.verification_uri_complete));
    fmt::print("Waiting ...\n");
    std::fflush(stdout);
  });
  if (!token) return fail("auth", token.error());
  if (auto made = make_parent_directories(file); !made) return fail("auth", made.error());
  if (auto kept = ingest::write_secret(file, *token); !kept) return fail("auth", kept.error());
  fmt::print("Done. The refresh token lies in {}, readable for its owner only.\n", file);
  return exit_done;
}

}  // namespace

Command auth_command() {
  struct Options {
    std::optional<std::string> mailbox;
  };
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "auth";
  command.purpose = "Lets a mailbox with OAuth2 be read, after you have logged in in a browser";
  command.details = "The device flow of RFC 8628; the refresh token goes to the refresh_token_file of the mailbox.";
  command.arguments = {{"MAILBOX", "Its name in the configuration", true, &options->mailbox}};
  command.exit_codes = {exit_done,      exit_failed,        exit_usage,        exit_unavailable,
                        exit_try_again, exit_no_permission, exit_configuration};
  command.examples = {"ruadar auth main", "ruadar auth -c /etc/ruadar/ruadar.toml main"};
  command.run = [options](const Globals& globals) { return authorise(*options->mailbox, globals); };
  return command;
}

}  // namespace server
