// A database with people and programs in it, asked over the whole way from the request to the answer: the site, who
// asks, the API. No sockets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/accounts.h"
#include "schema/sha256.h"
#include "schema/tokens.h"
#include "server/access/access.h"
#include "server/access/credentials.h"
#include "server/access/password.h"
#include "server/site.h"
#include "tests/support/api.h"

namespace tests {

inline const std::string password = "correct horse battery";

// Argon2id is made to be slow: one hash does for all tests.
inline const std::string& password_hash() {
  static const std::string hash = server::hash_password(password);
  return hash;
}

class People {
 public:
  // As fast as they like, unless `hurried` is what is tested.
  explicit People(server::AccessSettings settings = {}, bool hurried = false)
      : readers_(api.store.path(), 4), access(api.store.path(), readers_, at_leisure(std::move(settings), hurried)) {
    api.context.access = &access;
  }

  void add_user(const std::string& name, schema::Role role, std::vector<std::string> domains = {}) {
    schema::Account account;
    account.name = name;
    account.role = role;
    account.domains = std::move(domains);
    write([&](auto& database) {
      REQUIRE(schema::add_account(database, account, password_hash(), server::now_seconds()));
    });
  }
  // The text of the cookie. `age`: seconds since the login, and since the last request.
  std::string session(const std::string& name, std::int64_t age = 0) {
    const std::string text = server::random_hex(32);
    write([&](auto& database) {
      const auto account = schema::account_named(database, name).value().value();
      const auto then = server::now_seconds() - age;
      REQUIRE(database.execute("INSERT INTO session (hash, account_id, created_at, seen_at) VALUES (?, ?, ?, ?)",
                               schema::Blob{schema::sha256(text)}, account.id, then, then));
    });
    return text;
  }
  std::string token(const std::string& scope, std::vector<std::string> domains = {},
                    std::optional<std::int64_t> expires_at = std::nullopt) {
    const server::TokenText text{server::random_hex(5), server::random_hex(32)};
    schema::Token made;
    made.id = text.id;
    made.scope = scope;
    made.domains = std::move(domains);
    made.created_at = 1;
    made.expires_at = expires_at;
    write([&](auto& database) { REQUIRE(schema::add_token(database, made, schema::sha256(text.secret))); });
    return server::token_text(text);
  }
  template <typename Change>
  void write(Change change) {
    auto database = std::move(schema::Database::open_beside_writer(api.store.path()).value());
    auto transaction = std::move(schema::Transaction::begin(database).value());
    change(database);
    REQUIRE(transaction.commit());
  }

  server::Response ask(server::Request request) {
    request.principal = {};
    request.headers.emplace("host", "127.0.0.1:8080");
    if (request.remote_ip.empty()) request.remote_ip = "127.0.0.1";
    if (!handler_) {
      options.identify = [this](server::Request& asked) { return access.identify(asked); };
      handler_ = server::site(options, {},
                              [this](const server::Request& asked) { return server::respond(api.context, asked); });
    }
    return handler_(request);
  }
  server::Response get(std::string_view target, const std::map<std::string, std::string>& headers = {}) {
    auto asked = request(target);
    asked.headers = headers;
    return ask(asked);
  }
  server::Response send(const std::string& method, std::string_view target, const std::string& body,
                        std::map<std::string, std::string> headers = {}) {
    auto asked = request(target, method);
    asked.body = body;
    asked.headers = std::move(headers);
    return ask(asked);
  }

  Api api;
  server::SiteOptions options;

 private:
  static server::AccessSettings at_leisure(server::AccessSettings settings, bool hurried) {
    if (!hurried) settings.requests_of_token.tries = settings.requests_of_address.tries = 1'000'000;
    return settings;
  }

  schema::Readers readers_;
  server::Handler handler_;

 public:
  server::Access access;
};

inline std::map<std::string, std::string> bearer(const std::string& token) {
  return {{"authorization", "Bearer " + token}};
}
inline std::map<std::string, std::string> browser(const std::string& session) {
  return {{"cookie", "ruadar=" + session}, {"sec-fetch-site", "same-origin"}};
}
inline nlohmann::json body_of(const server::Response& response) {
  return nlohmann::json::parse(response.body);
}
inline std::string code_of(const server::Response& response) {
  return response.body.empty() ? "" : body_of(response).value("code", "");
}

}  // namespace tests
