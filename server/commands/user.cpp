// user add, passwd, list, remove.
#include <fmt/format.h>

#include <memory>

#include "schema/accounts.h"
#include "schema/day.h"
#include "server/access/access.h"
#include "server/access/password.h"
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
  std::optional<std::string> name, role, domains;
  bool no_password = false;
  bool json = false;
};

int usage(const std::string& command, const std::string& problem) {
  fmt::print(stderr, "ruadar {}: {}\n", command, printable(problem));
  return exit_usage;
}

int failed(const std::string& command, const schema::Error& error) {
  return error.kind == schema::ErrorKind::malformed && error.code != "not_found" && error.code != "exists"
             ? usage(command, error.message)
             : fail(command, error);
}

schema::Result<std::string> hashed(const std::string& name) {
  const auto password = read_password(name);
  if (!password) return schema::unexpected(password.error());
  auto hash = hash_password(*password);
  if (hash.empty()) return schema::unavailable("memory", "There is not enough memory to hash a password.");
  return hash;
}

schema::AuditEntry entry_of(std::string_view action, const std::string& target, const std::string& detail = {}) {
  schema::AuditEntry entry;
  entry.action = action;
  entry.target = target;
  entry.detail = detail;
  return entry;
}

int add(const Options& options, const Globals& globals) {
  const auto settings = globals.settings();
  if (!settings) return fail("user add", settings.error());
  const auto name = schema::account_name(*options.name);
  if (!name) return usage("user add", "a name is 1 to 64 letters, digits, '.', '-', '_' and '@'");
  schema::Account account;
  account.name = *name;
  if (options.role) {
    const auto role = schema::role_named(*options.role);
    if (!role) return usage("user add", "--role is admin or viewer");
    account.role = *role;
  }
  auto domains = schema::account_domains(divided(options.domains));
  if (!domains) return usage("user add", domains.error().message);
  account.domains = std::move(*domains);
  const auto hash = options.no_password ? schema::Result<std::string>(std::string()) : hashed(*name);
  if (!hash) return failed("user add", hash.error());
  const auto done = change_access(*settings, entry_of("user_added", *name, std::string(schema::name(account.role))),
                                  [&](schema::Database& database) -> schema::Status {
                                    const auto added = schema::add_account(database, account, *hash, now_seconds());
                                    return added ? schema::Status() : schema::unexpected(added.error());
                                  });
  if (!done) return failed("user add", done.error());
  fmt::print("{}: {}\n", *name, schema::name(account.role));
  return exit_done;
}

int passwd(const Options& options, const Globals& globals) {
  const auto settings = globals.settings();
  if (!settings) return fail("user passwd", settings.error());
  const auto name = schema::account_name(*options.name).value_or("");
  const auto hash = hashed(name);
  if (!hash) return failed("user passwd", hash.error());
  const auto done =
      change_access(*settings, entry_of("password_changed", name), [&](schema::Database& database) -> schema::Status {
        const auto account = schema::account_named(database, name);
        if (!account) return schema::unexpected(account.error());
        if (!*account) return schema::malformed("not_found", fmt::format("There is no user '{}'.", name));
        return schema::change_password(database, (*account)->id, *hash, "");
      });
  if (!done) return failed("user passwd", done.error());
  fmt::print("{}: the password is changed, and {} is logged out everywhere\n", name, name);
  return exit_done;
}

int remove(const Options& options, const Globals& globals) {
  const auto settings = globals.settings();
  if (!settings) return fail("user remove", settings.error());
  const auto name = schema::account_name(*options.name).value_or("");
  const auto done =
      change_access(*settings, entry_of("user_removed", name), [&](schema::Database& database) -> schema::Status {
        const auto removed = schema::remove_account(database, name);
        if (!removed) return schema::unexpected(removed.error());
        if (!*removed) return schema::malformed("not_found", fmt::format("There is no user '{}'.", name));
        return {};
      });
  if (!done) return failed("user remove", done.error());
  fmt::print("{}: removed\n", name);
  return exit_done;
}

int list(const Options& options, const Globals& globals) {
  const auto settings = globals.settings();
  if (!settings) return fail("user list", settings.error());
  auto database = schema::Database::open_reader(settings->database_path);
  if (!database) return fail("user list", database.error());
  const auto accounts = schema::accounts(*database);
  if (!accounts) return fail("user list", accounts.error());
  JsonWriter json;
  json.begin_array();
  std::vector<std::vector<std::string>> rows{{"name", "role", "domains", "created", "last login"}};
  for (const auto& account : *accounts) {
    const auto domains = schema::domains_text(account.domains);
    const auto last = account.last_login_at ? std::optional(schema::time_text(*account.last_login_at)) : std::nullopt;
    const auto created = schema::time_text(account.created_at);
    rows.push_back({account.name, std::string(schema::name(account.role)), domains.empty() ? "all" : domains, created,
                    last.value_or("-")});
    json.begin_object().member("name", account.name).member("role", schema::name(account.role)).key("domains");
    json.begin_array();
    for (const auto& domain : account.domains) json.value(domain);
    json.end_array().member("created_at", created).member("last_login_at", last).end_object();
  }
  if (options.json) {
    fmt::print("{}\n", json.end_array().str());
  } else if (accounts->empty()) {
    fmt::print("There are no users: the dashboard is open to this machine only.\n");
  } else {
    fmt::print("{}", text_table(rows, {}));
  }
  return exit_done;
}

Command with_name(const std::string& name, const std::string& purpose, const std::shared_ptr<Options>& options,
                  int (*run)(const Options&, const Globals&)) {
  Command command;
  command.name = name;
  command.purpose = purpose;
  command.arguments = {{"NAME", "The name to log in with", true, &options->name}};
  command.exit_codes = exit_codes;
  command.run = [options, run](const Globals& globals) { return run(*options, globals); };
  return command;
}

}  // namespace

Command user_command() {
  auto adding = std::make_shared<Options>();
  Command add_user = with_name("add", "Adds a user", adding, add);
  add_user.details =
      "The password is asked for, or read from standard input where that is no terminal; it is never an argument.";
  add_user.options = {{"--role", "ROLE", "admin, or viewer (the default), who may look", &adding->role},
                      {"--domains", "LIST", "All that this user sees: example.com,*.example.org", &adding->domains},
                      {"--no-password", "", "Only a trusted proxy lets this user in", &adding->no_password}};
  add_user.examples = {"ruadar user add alice --role admin", "ruadar user add bob --domains example.com <password.txt"};

  Command change =
      with_name("passwd", "Changes a password, and logs the user out everywhere", std::make_shared<Options>(), passwd);
  change.examples = {"ruadar user passwd alice"};
  Command take_away = with_name("remove", "Removes a user, and logs the user out", std::make_shared<Options>(), remove);
  take_away.examples = {"ruadar user remove bob"};

  auto listing = std::make_shared<Options>();
  Command all;
  all.name = "list";
  all.purpose = "Lists the users";
  all.options = {{"--json", "", "As JSON", &listing->json}};
  all.exit_codes = exit_codes;
  all.examples = {"ruadar user list"};
  all.run = [listing](const Globals& globals) { return list(*listing, globals); };

  Command command;
  command.name = "user";
  command.purpose = "Users of the dashboard";
  command.subcommands = {std::move(add_user), std::move(change), std::move(all), std::move(take_away)};
  command.examples = {"ruadar user add alice --role admin"};
  return command;
}

}  // namespace server
