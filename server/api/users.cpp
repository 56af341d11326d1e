// GET, POST /api/v1/users, PATCH, DELETE /api/v1/users/{name}
#include "schema/day.h"
#include "server/access/access.h"
#include "server/access/password.h"
#include "server/api/accounts.h"
#include "server/api/body.h"
#include "server/api/problem.h"
#include "server/api/question.h"
#include "server/api/resources.h"
#include "server/json.h"

namespace server {
namespace {

using schema::Account;

void write_account(JsonWriter& json, const Account& account) {
  json.begin_object().member("name", account.name).member("role", schema::name(account.role));
  write_domains(json, account.domains);
  json.member("created_at", schema::time_text(account.created_at));
  write_maybe_time(json, "last_login_at", account.last_login_at);
  json.end_object();
}

Response account_answer(int status, const Account& account) {
  JsonWriter json;
  json.begin_object().key("data");
  write_account(json, account);
  json.end_object();
  return changed_answer(status, json);
}

std::string described(const Account& account) {
  const auto domains = schema::domains_text(account.domains);
  return std::string(schema::name(account.role)) + (domains.empty() ? "" : " of " + domains);
}

// Role and domains as the body says, where it does.
schema::Status take_rights(const Body& body, Account& account) {
  if (body.wrong<std::string>("role") || body.wrong<std::vector<std::string>>("domains"))
    return schema::malformed("invalid_body", "'role' is a text and 'domains' a list of texts.");
  if (const auto text = body.text("role")) {
    const auto role = schema::role_named(*text);
    if (!role) return schema::malformed("invalid_body", "'role' must be admin or viewer.");
    account.role = *role;
  }
  if (const auto list = body.list("domains")) {
    auto domains = schema::account_domains(*list);
    if (!domains) return schema::unexpected(domains.error());
    account.domains = std::move(*domains);
  }
  return {};
}

// The hash of the body's password, where it has one.
schema::Result<std::optional<std::string>> take_password(const Body& body) {
  if (body.wrong<std::string>("password")) return schema::malformed("invalid_body", "'password' must be a text.");
  const auto password = body.text("password");
  if (!password) return std::optional<std::string>();
  if (const auto wrong = password_problem(*password); !wrong.empty()) return schema::malformed("weak_password", wrong);
  auto hash = hash_password(*password);
  if (hash.empty()) return schema::unavailable("memory", "There is not enough memory for this at the moment.");
  return std::optional(std::move(hash));
}

schema::Result<Account> named(schema::Database& database, const std::string& text) {
  const auto name = schema::account_name(text);
  auto account = schema::account_named(database, name.value_or(""));
  if (!account) return schema::unexpected(account.error());
  if (!*account) return schema::malformed("not_found", "There is no such user.");
  return std::move(**account);
}

// Somebody must remain who may do everything; else nobody could let anybody in from here.
schema::Status keep_an_admin(schema::Database& database, const Account& account) {
  const auto others = schema::other_admin(database, account.id);
  if (!others) return schema::unexpected(others.error());
  if (*others) return {};
  return schema::malformed("last_admin", "This is the last admin of all domains; make another one first.");
}

}  // namespace

Response get_users(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  question.end();
  if (!question.errors().empty()) return parameter_problem(question.errors());
  const auto reader = context.access->read();
  if (!reader) return failure_response(reader.error());
  const auto accounts = schema::accounts((*reader)->database());
  if (!accounts) return failure_response(accounts.error());
  JsonWriter json;
  json.begin_object().key("data").begin_array();
  for (const Account& account : *accounts) write_account(json, account);
  json.end_array().key("meta").begin_object().member("total", accounts->size()).end_object().end_object();
  return changed_answer(200, json);
}

Response post_users(const ApiContext& context, const Request& request, const PathValues&) {
  const auto body = Body::read(request, {"name", "password", "role", "domains"});
  if (!body) return body.error();
  const auto name = schema::account_name(body->text("name").value_or(""));
  if (!name) return bad_body("'name' must be 1 to 64 letters, digits, '.', '-', '_' and '@'.");
  Account account;
  account.name = *name;
  if (auto taken = take_rights(*body, account); !taken) return refused_change(taken.error());
  const auto hash = take_password(*body);
  if (!hash) return refused_change(hash.error());
  if (!*hash) return bad_body("'password' is missing.");
  account.created_at = now_seconds();
  schema::AuditEntry entry;
  entry.action = "user_added";
  entry.target = account.name;
  entry.detail = described(account);
  const auto done = context.access->write(request, std::move(entry), [&](schema::Database& writer) -> schema::Status {
    const auto some = schema::any_account(writer);
    if (!some) return schema::unexpected(some.error());
    if (!*some && (account.role != schema::Role::admin || !account.domains.empty()))
      return schema::malformed("last_admin", "The first user must be an admin of all domains.");
    const auto added = schema::add_account(writer, account, **hash, account.created_at);
    return added ? schema::Status() : schema::unexpected(added.error());
  });
  return done ? account_answer(201, account) : refused_change(done.error());
}

Response patch_user(const ApiContext& context, const Request& request, const PathValues& path) {
  const auto body = Body::read(request, {"password", "role", "domains"});
  if (!body) return body.error();
  const auto hash = take_password(*body);
  if (!hash) return refused_change(hash.error());
  Account account;
  {
    const auto reader = context.access->read();
    if (!reader) return failure_response(reader.error());
    auto found = named((*reader)->database(), path.at("name"));
    if (!found) return refused_change(found.error());
    account = std::move(*found);
  }
  const Account before = account;
  if (auto taken = take_rights(*body, account); !taken) return refused_change(taken.error());
  schema::AuditEntry entry;
  entry.action = "user_changed";
  entry.target = account.name;
  entry.detail = described(account) + (*hash ? ", new password" : "");
  const auto done = context.access->write(request, std::move(entry), [&](schema::Database& writer) -> schema::Status {
    const bool was_all = before.role == schema::Role::admin && before.domains.empty();
    const bool is_all = account.role == schema::Role::admin && account.domains.empty();
    auto changed = was_all && !is_all ? keep_an_admin(writer, account) : schema::Status();
    if (changed) changed = schema::change_account(writer, account);
    if (changed && *hash) changed = schema::change_password(writer, account.id, **hash, request.principal.session);
    return changed;
  });
  return done ? account_answer(200, account) : refused_change(done.error());
}

Response delete_user(const ApiContext& context, const Request& request, const PathValues& path) {
  schema::AuditEntry entry;
  entry.action = "user_removed";
  entry.target = schema::account_name(path.at("name")).value_or("");
  const auto done = context.access->write(request, entry, [&](schema::Database& writer) -> schema::Status {
    const auto account = named(writer, entry.target);
    if (!account) return schema::unexpected(account.error());
    if (account->role == schema::Role::admin && account->domains.empty()) {
      if (auto kept = keep_an_admin(writer, *account); !kept) return kept;
    }
    const auto removed = schema::remove_account(writer, account->name);
    return removed ? schema::Status() : schema::unexpected(removed.error());
  });
  return done ? no_content() : refused_change(done.error());
}

}  // namespace server
