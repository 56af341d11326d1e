// GET, POST, DELETE /api/v1/session, PUT /api/v1/session/password
#include "server/access/access.h"
#include "server/access/credentials.h"
#include "server/access/password.h"
#include "server/api/accounts.h"
#include "server/api/body.h"
#include "server/api/problem.h"
#include "server/api/question.h"
#include "server/api/resources.h"
#include "server/json.h"

namespace server {
namespace {

std::string_view kind_name(Principal::Kind kind) {
  switch (kind) {
    case Principal::Kind::machine:
      return "machine";
    case Principal::Kind::user:
      return "user";
    case Principal::Kind::token:
      return "token";
    case Principal::Kind::nobody:
      break;
  }
  return "nobody";
}

Response session_answer(const ApiContext& context, const Principal& who) {
  const bool user = who.kind == Principal::Kind::user;
  const bool by_proxy = context.access != nullptr && !context.access->settings().user_header.empty();
  JsonWriter json;
  json.begin_object().key("data").begin_object();
  json.member("kind", kind_name(who.kind))
      .member("name", who.name.empty() ? std::nullopt : std::optional(who.name))
      .member("role", user ? std::optional<std::string>(who.may(Scope::admin) ? "admin" : "viewer") : std::nullopt)
      .member("scope", who.scope == Scope::open ? std::nullopt : std::optional<std::string>(name(who.scope)));
  write_domains(json, who.domains);
  json.member("open", who.kind == Principal::Kind::machine)
      .member("login", by_proxy ? "proxy" : "password")
      .member("logout", !who.session.empty());
  json.end_object().key("meta").begin_object().member("version", context.version).end_object().end_object();
  return changed_answer(200, json);
}

}  // namespace

Response get_session(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  question.end();
  if (!question.errors().empty()) return parameter_problem(question.errors());
  return session_answer(context, request.principal);
}

Response post_session(const ApiContext& context, const Request& request, const PathValues&) {
  const auto body = Body::read(request, {"name", "password"});
  if (!body) return body.error();
  const auto name = body->text("name"), password = body->text("password");
  if (!name || !password) return bad_body("'name' and 'password' must be texts.");
  if (context.access == nullptr) return not_found();
  const auto login = context.access->log_in(request, *name, *password);
  if (!login) return login.error();
  auto response = session_answer(context, login->principal);
  response.headers.emplace_back("Set-Cookie", set_session_cookie(request.secure, login->session));
  return response;
}

Response delete_session(const ApiContext& context, const Request& request, const PathValues&) {
  if (context.access != nullptr) context.access->log_out(request);
  auto response = no_content();
  response.headers.emplace_back("Set-Cookie", set_session_cookie(request.secure, ""));
  return response;
}

Response put_password(const ApiContext& context, const Request& request, const PathValues&) {
  const auto body = Body::read(request, {"current", "new"});
  if (!body) return body.error();
  const auto current = body->text("current"), wanted = body->text("new");
  if (!current || !wanted) return bad_body("'current' and 'new' must be texts.");
  const Principal& who = request.principal;
  if (context.access == nullptr || who.kind != Principal::Kind::user || who.session.empty())
    return problem(409, "no_password", "Only somebody who logged in with a password can change it.");
  if (const auto problem_of = password_problem(*wanted); !problem_of.empty())
    return problem(400, "weak_password", problem_of);
  if (auto refused = context.access->check_password(request, who.name, *current)) return *refused;
  const auto hash = hash_password(*wanted);
  if (hash.empty()) return problem(503, "memory", "There is not enough memory for this at the moment.");
  schema::AuditEntry entry;
  entry.action = "password_changed";
  entry.target = who.name;
  const auto done = context.access->write(request, std::move(entry), [&](schema::Database& writer) -> schema::Status {
    const auto account = schema::account_named(writer, who.name);
    if (!account) return schema::unexpected(account.error());
    if (!*account) return schema::malformed("not_found", "There is no such user.");
    return schema::change_password(writer, (*account)->id, hash, who.session);
  });
  return done ? no_content() : refused_change(done.error());
}

}  // namespace server
