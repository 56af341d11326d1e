// Who may ask: users with passwords, their sessions, tokens, and users that a trusted proxy names. Used by several
// threads at once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "schema/accounts.h"
#include "schema/audit.h"
#include "schema/readers.h"
#include "schema/sqlite.h"
#include "schema/tokens.h"
#include "server/access/principal.h"
#include "server/access/throttle.h"
#include "server/api/exchange.h"

namespace server {

struct AccessSettings {
  bool loopback = true;        // we listen on this machine's own addresses only
  bool insecure_open = false;  // without users everybody may do everything, wherever we listen
  std::string user_header;     // lower case: a trusted proxy names its user in it; empty: none does
  Rate logins_of_address{10, std::chrono::minutes(1)};
  Rate failures_of_account{10, std::chrono::minutes(15)};
  Rate requests_of_token{100, std::chrono::seconds(5)};     // 20 a second
  Rate requests_of_address{200, std::chrono::seconds(10)};  // of all others but this machine; a page asks a dozen
};

class Access {
 public:
  // `readers` outlives it; the database at `path` is there and up to date when it is first asked.
  Access(std::string path, schema::Readers& readers, AccessSettings settings);

  // Fills in request.principal: by token, else by session, else by the proxy's word, else the machine where we are
  // open, else nobody; and request.answer_headers with the requests that are left. Else the answer to give: 401 for a
  // token that is none, 403 for a page that is not ours, 429 for too many requests, 503.
  std::optional<Response> identify(Request& request);

  // Without a login everything is open to whoever reaches us; nobody is a user yet.
  schema::Result<bool> open_to(const Request& request);

  // A new session for the right password, whose text is for the cookie alone; ends the one that the request had. Else
  // the answer: 401 login_failed, after as much time whatever was wrong; 429 too_many_logins.
  struct NewSession {
    std::string session;
    Principal principal;
  };
  tl::expected<NewSession, Response> log_in(const Request& request, const std::string& name,
                                            const std::string& password);
  // Whether this is the password of the user, asked once more before it is changed. Else the answer: 403
  // wrong_password, 429.
  std::optional<Response> check_password(const Request& request, const std::string& name, const std::string& password);
  void log_out(const Request& request);

  // Reads, for the functions of the API.
  schema::Result<std::unique_ptr<schema::Reader>> read();
  // Calls `change` within a transaction that ends with it; what was done is noted as `entry`, whose time, actor and
  // address are filled in. Nothing of it happens when `change` or the note fails.
  schema::Status write(const Request& request, schema::AuditEntry entry,
                       const std::function<schema::Status(schema::Database&)>& change);
  // Notes alone, as well as it can.
  void note(const Request& request, std::string_view action, std::string_view target, std::string_view detail = {});

  const AccessSettings& settings() const { return settings_; }

 private:
  std::optional<Response> recognise(Request& request);
  std::optional<Response> by_token(Request& request, const std::string& text);
  std::optional<Response> by_session(Request& request, const std::string& text);
  std::optional<Response> by_proxy(Request& request, const std::string& name);
  // The account, where name and password are right; null where not; else the answer.
  tl::expected<std::optional<schema::Account>, Response> account_of(const std::string& name,
                                                                    const std::string& password);
  schema::Status transact(const std::function<schema::Status(schema::Database&)>& change);
  void touch(const std::function<schema::Status(schema::Database&)>& change);

  const std::string path_;
  schema::Readers& readers_;
  const AccessSettings settings_;
  Throttle logins_;
  Throttle failures_;
  Throttle token_requests_;
  Throttle address_requests_;
  std::mutex writing_;
  std::optional<schema::Database> writer_;
};

// Seconds since 1970.
std::int64_t now_seconds();

// RateLimit and RateLimit-Policy, as the IETF's draft has them.
using RateHeaders = std::vector<std::pair<std::string, std::string>>;
RateHeaders rate_headers(const Throttle& throttle, const Throttle::Verdict& verdict);

// The network by which limits count: an IPv4 address, or the /64 of an IPv6 address.
std::string network_of(const std::string& ip);

}  // namespace server
