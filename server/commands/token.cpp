// token create, list, revoke.
#include <fmt/format.h>

#include <charconv>
#include <memory>

#include "schema/accounts.h"
#include "schema/day.h"
#include "schema/tokens.h"
#include "server/access/access.h"
#include "server/access/new_token.h"
#include "server/commands/access_store.h"
#include "server/commands/commands.h"
#include "server/commands/failure.h"
#include "server/json.h"
#include "server/terminal.h"

namespace server {
namespace {

const std::vector<ExitCode> exit_codes{exit_done,      exit_failed,        exit_usage,
                                       exit_try_again, exit_no_permission, exit_configuration};

struct Options {
  std::optional<std::string> id, name, scope, domains, days;
  bool json = false;
};

int usage(const std::string& command, const std::string& problem) {
  fmt::print(stderr, "ruadar {}: {}\n", command, printable(problem));
  return exit_usage;
}

std::string state_of(const schema::Token& token) {
  if (token.revoked_at) return "revoked";
  return token.ends_by(now_seconds()) ? "expired" : "active";
}

int create(const Options& options, const Globals& globals) {
  const auto settings = globals.settings();
  if (!settings) return fail("token create", settings.error());
  std::optional<std::int64_t> days;
  if (options.days) {
    std::int64_t number = 0;
    const auto* end = options.days->data() + options.days->size();
    const auto [stop, error] = std::from_chars(options.days->data(), end, number);
    if (error != std::errc() || stop != end) return usage("token create", "--days takes a number");
    days = number;
  }
  const auto made = new_token(options.name.value_or(""), options.scope.value_or(""), divided(options.domains), days,
                              command_line_actor(), now_seconds());
  if (!made) return usage("token create", made.error().message);
  schema::AuditEntry entry;
  entry.action = "token_created";
  entry.target = made->token.id;
  entry.detail = made->token.scope;
  const auto done = change_access(*settings, entry, [&](schema::Database& database) {
    return schema::add_token(database, made->token, made->secret_hash);
  });
  if (!done) return fail("token create", done.error());
  if (options.json) {
    JsonWriter json;
    json.begin_object().member("id", made->token.id).member("token", made->text).end_object();
    fmt::print("{}\n", json.str());
  } else {
    fmt::print(stderr, "Shown once; keep it like a password.\n");
    fmt::print("{}\n", made->text);
  }
  return exit_done;
}

int revoke(const Options& options, const Globals& globals) {
  const auto settings = globals.settings();
  if (!settings) return fail("token revoke", settings.error());
  schema::AuditEntry entry;
  entry.action = "token_revoked";
  entry.target = *options.id;
  const auto done = change_access(*settings, entry, [&](schema::Database& database) -> schema::Status {
    const auto revoked = schema::revoke_token(database, *options.id, now_seconds());
    if (!revoked) return schema::unexpected(revoked.error());
    if (!*revoked) return schema::malformed("not_found", "There is no such token in use.");
    return {};
  });
  if (!done) return fail("token revoke", done.error());
  fmt::print("{}: revoked\n", printable(*options.id));
  return exit_done;
}

int list(const Options& options, const Globals& globals) {
  const auto settings = globals.settings();
  if (!settings) return fail("token list", settings.error());
  auto database = schema::Database::open_reader(settings->database_path);
  if (!database) return fail("token list", database.error());
  const auto tokens = schema::tokens(*database);
  if (!tokens) return fail("token list", tokens.error());
  const auto time = [](std::optional<std::int64_t> at) {
    return at ? std::optional(schema::time_text(*at)) : std::nullopt;
  };
  JsonWriter json;
  json.begin_array();
  std::vector<std::vector<std::string>> rows{{"id", "scope", "state", "domains", "last used", "expires", "name"}};
  for (const auto& token : *tokens) {
    const auto domains = schema::domains_text(token.domains);
    rows.push_back({token.id, token.scope, state_of(token), domains.empty() ? "all" : domains,
                    time(token.last_used_at).value_or("-"), time(token.expires_at).value_or("-"), token.name});
    json.begin_object().member("id", token.id).member("name", token.name).member("scope", token.scope);
    json.member("state", state_of(token)).key("domains").begin_array();
    for (const auto& domain : token.domains) json.value(domain);
    json.end_array()
        .member("created_at", schema::time_text(token.created_at))
        .member("created_by", token.created_by)
        .member("expires_at", time(token.expires_at))
        .member("last_used_at", time(token.last_used_at))
        .member("revoked_at", time(token.revoked_at))
        .end_object();
  }
  if (options.json) {
    fmt::print("{}\n", json.end_array().str());
  } else {
    fmt::print("{}", text_table(rows, {}));
  }
  return exit_done;
}

}  // namespace

Command token_command() {
  auto making = std::make_shared<Options>();
  Command create_token;
  create_token.name = "create";
  create_token.purpose = "Makes a token for a program, and prints it once";
  create_token.options = {{"--scope", "SCOPE", "read, ingest (read and upload) or admin", &making->scope},
                          {"--name", "TEXT", "What it is for", &making->name},
                          {"--domains", "LIST", "All that it sees: example.com,*.example.org", &making->domains},
                          {"--days", "N", "How long it lasts; without: until it is revoked", &making->days},
                          {"--json", "", "As JSON", &making->json}};
  create_token.exit_codes = exit_codes;
  create_token.examples = {"ruadar token create --scope read --name grafana --days 365"};
  create_token.run = [making](const Globals& globals) { return create(*making, globals); };

  auto listing = std::make_shared<Options>();
  Command all;
  all.name = "list";
  all.purpose = "Lists the tokens, without their secrets";
  all.options = {{"--json", "", "As JSON", &listing->json}};
  all.exit_codes = exit_codes;
  all.examples = {"ruadar token list"};
  all.run = [listing](const Globals& globals) { return list(*listing, globals); };

  auto revoking = std::make_shared<Options>();
  Command end;
  end.name = "revoke";
  end.purpose = "Ends a token at once";
  end.arguments = {{"ID", "Its id in 'token list'", true, &revoking->id}};
  end.exit_codes = exit_codes;
  end.examples = {"ruadar token revoke 1f2e3d4c5b"};
  end.run = [revoking](const Globals& globals) { return revoke(*revoking, globals); };

  Command command;
  command.name = "token";
  command.purpose = "Tokens with which programs ask the API";
  command.subcommands = {std::move(create_token), std::move(all), std::move(end)};
  command.examples = {"ruadar token create --scope read"};
  return command;
}

}  // namespace server
