#include "server/access/access.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "schema/ip_address.h"
#include "schema/sha256.h"
#include "server/access/credentials.h"
#include "server/access/password.h"
#include "server/api/problem.h"
#include "server/log.h"

namespace server {
namespace {

constexpr std::chrono::milliseconds patience{2000};
constexpr std::int64_t touch_seconds = 60;
constexpr std::size_t session_bytes = 32;

Scope scope_of(schema::Role role) {
  return role == schema::Role::admin ? Scope::admin : Scope::read;
}

Scope scope_named(std::string_view text) {
  return text == "admin" ? Scope::admin : text == "ingest" ? Scope::ingest : Scope::read;
}

Response unauthorized(std::string_view code, std::string_view detail) {
  auto response = problem(401, code, detail);
  response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"ruadar\", error=\"invalid_token\"");
  return response;
}

Response too_many(std::string_view code, std::string_view detail, const Throttle& throttle,
                  const Throttle::Verdict& verdict) {
  auto response = problem(429, code, detail);
  response.headers.emplace_back("Retry-After", std::to_string(verdict.retry_after.count()));
  for (auto& header : rate_headers(throttle, verdict)) response.headers.push_back(std::move(header));
  return response;
}

Response too_many_logins(const Throttle& throttle, const Throttle::Verdict& verdict) {
  return too_many("too_many_logins", "There were too many logins; wait and try again.", throttle, verdict);
}

bool is_loopback(const std::string& ip) {
  const auto address = schema::IpAddress::parse(ip);
  if (!address) return false;
  return address->is_v4() ? address->bytes()[12] == 127 : address->to_string() == "::1";
}

}  // namespace

std::int64_t now_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string network_of(const std::string& ip) {
  const auto address = schema::IpAddress::parse(ip);
  if (!address || address->is_v4()) return ip;
  auto network = address->bytes();
  std::fill(network.begin() + 8, network.end(), std::uint8_t{0});
  return schema::IpAddress::from_bytes(network).to_string() + "/64";
}

RateHeaders rate_headers(const Throttle& throttle, const Throttle::Verdict& verdict) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(throttle.rate().window).count();
  const auto wait = verdict.allowed ? std::string() : fmt::format(";t={}", verdict.retry_after.count());
  return {{"RateLimit-Policy", fmt::format("\"default\";q={};w={}", throttle.rate().tries, seconds)},
          {"RateLimit", fmt::format("\"default\";r={}{}", verdict.remaining, wait)}};
}

Access::Access(std::string path, schema::Readers& readers, AccessSettings settings)
    : path_(std::move(path)),
      readers_(readers),
      settings_(std::move(settings)),
      logins_(settings_.logins_of_address),
      failures_(settings_.failures_of_account),
      token_requests_(settings_.requests_of_token),
      address_requests_(settings_.requests_of_address) {}

schema::Result<std::unique_ptr<schema::Reader>> Access::read() {
  return readers_.lend(patience);
}

schema::Status Access::transact(const std::function<schema::Status(schema::Database&)>& change) {
  const std::lock_guard lock(writing_);
  if (!writer_) {
    auto opened = schema::Database::open_beside_writer(path_);
    if (!opened) return schema::unexpected(opened.error());
    writer_ = std::move(*opened);
  }
  auto transaction = schema::Transaction::begin(*writer_);
  if (!transaction) return schema::unexpected(transaction.error());
  if (auto done = change(*writer_); !done) return done;
  if (auto done = transaction->commit(); !done) return done;
  return writer_->checkpoint_when_due();
}

// What is good to know, and not worth a failure.
void Access::touch(const std::function<schema::Status(schema::Database&)>& change) {
  if (const auto done = transact(change); !done)
    log_event(LogLevel::warning, "access_not_written", {{"error", done.error().message}});
}

schema::Status Access::write(const Request& request, schema::AuditEntry entry,
                             const std::function<schema::Status(schema::Database&)>& change) {
  entry.at = now_seconds();
  if (entry.actor.empty()) entry.actor = request.principal.actor();
  entry.address = request.remote_ip;
  auto done = transact([&](schema::Database& database) {
    auto changed = change(database);
    return changed ? schema::add_audit(database, entry) : changed;
  });
  if (done)
    log_event(LogLevel::info, "audit",
              {{"action", entry.action}, {"actor", entry.actor}, {"target", entry.target}, {"address", entry.address}});
  return done;
}

void Access::note(const Request& request, std::string_view action, std::string_view target, std::string_view detail) {
  schema::AuditEntry entry;
  entry.action = action;
  entry.target = target;
  entry.detail = detail;
  const auto nothing = [](schema::Database&) { return schema::Status(); };
  if (const auto done = write(request, std::move(entry), nothing); !done)
    log_event(LogLevel::error, "audit_not_written", {{"action", std::string(action)}, {"error", done.error().message}});
}

schema::Result<bool> Access::open_to(const Request& request) {
  if (!settings_.user_header.empty()) return false;
  // A proxy on this machine brings the whole world to our loopback address.
  const bool here = settings_.loopback && !request.forwarded && is_loopback(request.remote_ip);
  if (!here && !settings_.insecure_open) return false;
  const auto reader = read();
  if (!reader) return schema::unexpected(reader.error());
  const auto some = schema::any_account((*reader)->database());
  if (!some) return schema::unexpected(some.error());
  return !*some;
}

std::optional<Response> Access::identify(Request& request) {
  request.principal = {};
  auto answer = recognise(request);
  const Principal& who = request.principal;
  if (who.kind == Principal::Kind::machine) return answer;
  const bool token = who.kind == Principal::Kind::token;
  Throttle& throttle = token ? token_requests_ : address_requests_;
  const auto key = token ? who.name : network_of(request.remote_ip);
  // With a body to come it is asked twice, and counts once.
  const auto verdict = request.body_to_come ? throttle.look(key) : throttle.take(key);
  request.answer_headers = rate_headers(throttle, verdict);
  return verdict.allowed ? answer : too_many("too_many_requests", "There were too many requests.", throttle, verdict);
}

std::optional<Response> Access::recognise(Request& request) {
  if (const auto token = bearer(request)) return by_token(request, *token);
  if (const auto cookie = session_cookie(request)) {
    if (auto answer = by_session(request, *cookie)) return answer;
    if (request.principal.kind != Principal::Kind::nobody) return std::nullopt;
  }
  if (!settings_.user_header.empty() && request.by_trusted_proxy) {
    const auto name = request.header(settings_.user_header);
    if (name && !name->empty()) return by_proxy(request, *name);
  }
  const auto open = open_to(request);
  if (!open) return failure_response(open.error());
  if (*open) request.principal = Principal::machine();
  return std::nullopt;
}

std::optional<Response> Access::by_token(Request& request, const std::string& text) {
  const auto refused = [] {
    return unauthorized("invalid_token", "This token is unknown, has expired or was revoked.");
  };
  const auto parsed = parse_token(text);
  if (!parsed) return refused();
  schema::Result<std::optional<schema::TokenSecret>> found;
  {
    const auto reader = read();
    if (!reader) return failure_response(reader.error());
    found = schema::token((*reader)->database(), parsed->id);
  }
  if (!found) return failure_response(found.error());
  const auto now = now_seconds();
  if (!*found || !same_secret(schema::sha256(parsed->secret), (*found)->hash) || (*found)->token.ends_by(now))
    return refused();
  const schema::Token& token = (*found)->token;
  request.principal = {Principal::Kind::token, token.id, scope_named(token.scope), token.domains, ""};
  if (token.last_used_at.value_or(0) + touch_seconds <= now)
    touch([&](schema::Database& writer) { return schema::touch_token(writer, token.id, now); });
  return std::nullopt;
}

std::optional<Response> Access::by_session(Request& request, const std::string& text) {
  const auto hash = schema::sha256(text);
  const auto now = now_seconds();
  schema::Result<std::optional<schema::Session>> found;
  {
    const auto reader = read();
    if (!reader) return failure_response(reader.error());
    found = schema::session((*reader)->database(), hash, now);
  }
  if (!found) return failure_response(found.error());
  if (!*found) return std::nullopt;
  // A browser sends its cookie by itself, and says for whom.
  if (!is_safe(request) && !says_same_origin(request))
    return problem(403, "no_origin", "A change that is asked for with a cookie needs Origin or Sec-Fetch-Site.");
  const schema::Account& account = (*found)->account;
  request.principal = {Principal::Kind::user, account.name, scope_of(account.role), account.domains, hash};
  if ((*found)->seen_at + touch_seconds <= now)
    touch([&](schema::Database& writer) { return schema::touch_session(writer, hash, now); });
  return std::nullopt;
}

std::optional<Response> Access::by_proxy(Request& request, const std::string& text) {
  const auto name = schema::account_name(text);
  if (!name) return problem(403, "user_name", "The proxy names a user whose name cannot be one here.");
  if (!is_safe(request) && !says_same_origin(request))
    return problem(403, "no_origin", "A change that a proxy lets through needs Origin or Sec-Fetch-Site.");
  const auto reader = read();
  if (!reader) return failure_response(reader.error());
  const auto account = schema::account_named((*reader)->database(), *name);
  if (!account) return failure_response(account.error());
  // Whom the proxy lets in and we do not know may look.
  request.principal = {Principal::Kind::user, *name, Scope::read, {}, ""};
  if (*account) {
    request.principal.scope = scope_of((*account)->role);
    request.principal.domains = (*account)->domains;
  }
  return std::nullopt;
}

tl::expected<std::optional<schema::Account>, Response> Access::account_of(const std::string& name,
                                                                          const std::string& password) {
  const auto tries = failures_.take(name);
  if (!tries.allowed) return tl::unexpected(too_many_logins(failures_, tries));
  std::optional<schema::Login> login;
  {
    const auto reader = read();
    if (!reader) return tl::unexpected(failure_response(reader.error()));
    auto found = schema::login_of((*reader)->database(), name);
    if (!found) return tl::unexpected(failure_response(found.error()));
    login = std::move(*found);
  }
  // Asked for nobody's account it takes as long.
  if (!password_matches(password, login ? login->password : "")) return std::optional<schema::Account>();
  failures_.forgive(name);
  return std::move(login->account);
}

std::optional<Response> Access::check_password(const Request& request, const std::string& name,
                                               const std::string& password) {
  const auto account = account_of(name, password);
  if (!account) return account.error();
  if (*account) return std::nullopt;
  note(request, "login_failed", name, "while changing the password");
  return problem(403, "wrong_password", "The password is wrong.");
}

tl::expected<Access::NewSession, Response> Access::log_in(const Request& request, const std::string& typed,
                                                          const std::string& password) {
  const auto tries = logins_.take(network_of(request.remote_ip));
  if (!tries.allowed) return tl::unexpected(too_many_logins(logins_, tries));
  const auto name = schema::account_name(typed).value_or("");
  const auto account = account_of(name, password);
  if (!account) return tl::unexpected(account.error());
  if (!*account) {
    // What was typed may be a password: only the address is noted.
    note(request, "login_failed", "");
    return tl::unexpected(problem(401, "login_failed", "The name or the password is wrong."));
  }
  NewSession made;
  made.session = random_hex(session_bytes);
  made.principal = {Principal::Kind::user, name, scope_of((*account)->role), (*account)->domains,
                    schema::sha256(made.session)};
  schema::AuditEntry entry;
  entry.action = "login";
  entry.actor = made.principal.actor();
  entry.target = name;
  const auto before = session_cookie(request);
  const auto done = write(request, std::move(entry), [&](schema::Database& writer) {
    auto ended = before ? schema::end_session(writer, schema::sha256(*before)) : schema::Status();
    return ended ? schema::add_session(writer, made.principal.session, (*account)->id, now_seconds()) : ended;
  });
  if (!done) return tl::unexpected(failure_response(done.error()));
  return made;
}

void Access::log_out(const Request& request) {
  if (request.principal.session.empty()) return;
  schema::AuditEntry entry;
  entry.action = "logout";
  entry.target = request.principal.name;
  const auto done = write(request, std::move(entry), [&](schema::Database& writer) {
    return schema::end_session(writer, request.principal.session);
  });
  if (!done) log_event(LogLevel::error, "logout_failed", {{"error", done.error().message}});
}

}  // namespace server
