// GET, POST /api/v1/tokens, DELETE /api/v1/tokens/{id}
#include "schema/tokens.h"

#include "schema/day.h"
#include "server/access/access.h"
#include "server/access/new_token.h"
#include "server/api/accounts.h"
#include "server/api/body.h"
#include "server/api/problem.h"
#include "server/api/question.h"
#include "server/api/resources.h"
#include "server/json.h"

namespace server {
namespace {

// `text`: the token itself, where it has just been made.
void write_token(JsonWriter& json, const schema::Token& token, std::int64_t now, const std::string& text = {}) {
  const bool expired = token.expires_at && *token.expires_at <= now;
  json.begin_object()
      .member("id", token.id)
      .member("name", token.name)
      .member("scope", token.scope)
      .member("state", token.revoked_at ? "revoked"
                       : expired        ? "expired"
                                        : "active");
  write_domains(json, token.domains);
  json.member("created_at", schema::time_text(token.created_at)).member("created_by", token.created_by);
  write_maybe_time(json, "expires_at", token.expires_at);
  write_maybe_time(json, "last_used_at", token.last_used_at);
  write_maybe_time(json, "revoked_at", token.revoked_at);
  if (!text.empty()) json.member("token", text);
  json.end_object();
}

}  // namespace

Response get_tokens(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  question.end();
  if (!question.errors().empty()) return parameter_problem(question.errors());
  const auto reader = context.access->read();
  if (!reader) return failure_response(reader.error());
  const auto tokens = schema::tokens((*reader)->database());
  if (!tokens) return failure_response(tokens.error());
  JsonWriter json;
  json.begin_object().key("data").begin_array();
  for (const auto& token : *tokens) write_token(json, token, now_seconds());
  json.end_array().key("meta").begin_object().member("total", tokens->size()).end_object().end_object();
  return changed_answer(200, json);
}

Response post_tokens(const ApiContext& context, const Request& request, const PathValues&) {
  const auto body = Body::read(request, {"name", "scope", "domains", "expires_in_days"});
  if (!body) return body.error();
  if (body->wrong<std::string>("name") || body->wrong<std::string>("scope") ||
      body->wrong<std::vector<std::string>>("domains") || body->wrong<std::int64_t>("expires_in_days"))
    return bad_body("'name' and 'scope' are texts, 'domains' is a list of texts, 'expires_in_days' a number.");
  const auto now = now_seconds();
  const auto made = new_token(body->text("name").value_or(""), body->text("scope").value_or(""),
                              body->list("domains").value_or(std::vector<std::string>()),
                              body->number("expires_in_days"), request.principal.actor(), now);
  if (!made) return refused_change(made.error());
  schema::AuditEntry entry;
  entry.action = "token_created";
  entry.target = made->token.id;
  entry.detail = made->token.scope + (made->token.name.empty() ? "" : ": " + made->token.name);
  const auto done = context.access->write(request, std::move(entry), [&](schema::Database& writer) {
    return schema::add_token(writer, made->token, made->secret_hash);
  });
  if (!done) return refused_change(done.error());
  JsonWriter json;
  json.begin_object().key("data");
  write_token(json, made->token, now, made->text);
  json.end_object();
  return changed_answer(201, json);
}

Response delete_token(const ApiContext& context, const Request& request, const PathValues& path) {
  schema::AuditEntry entry;
  entry.action = "token_revoked";
  entry.target = path.at("id");
  const auto done = context.access->write(request, entry, [&](schema::Database& writer) -> schema::Status {
    const auto revoked = schema::revoke_token(writer, entry.target, now_seconds());
    if (!revoked) return schema::unexpected(revoked.error());
    return *revoked ? schema::Status() : schema::malformed("not_found", "There is no such token in use.");
  });
  return done ? no_content() : refused_change(done.error());
}

}  // namespace server
