// Every route of the table asked by everybody: what each gets follows from the scope and reach that the table declares,
// and nothing else. A route that is added is asked too.
#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include "tests/support/people.h"

using server::Reach;
using server::Scope;
using tests::bearer;
using tests::People;

namespace {

std::string target_of(const server::Route& route) {
  std::string path(route.pattern);
  // Names of nothing: what is asked for must not exist, or a 404 could not be told from being let in.
  for (std::size_t begin; (begin = path.find('{')) != std::string::npos;)
    path.replace(begin, path.find('}') - begin + 1, "999");
  return path;
}

server::Response ask(People& people, const server::Route& route, std::map<std::string, std::string> headers) {
  auto request = tests::request(target_of(route), std::string(route.method));
  request.headers = std::move(headers);
  return people.ask(request);
}

// Answered by the function of the route, not by who guards it.
bool let_in(const server::Response& response) {
  return response.status != 401 && response.status != 403 && response.status != 421;
}

Scope scope_named(const std::string& name) {
  return name == "admin" ? Scope::admin : name == "ingest" ? Scope::ingest : Scope::read;
}

struct Fixture : People {
  Fixture() {
    add_user("alice", schema::Role::admin);
    api.context.retry = [](std::int64_t) { return schema::malformed("not_found", "none"); };
    api.context.decide = [](std::int64_t, server::FailureDecision, const std::string&) {
      return schema::malformed("not_found", "none");
    };
    api.context.resolve = [](std::int64_t, server::KeptReport) { return schema::malformed("not_found", "none"); };
  }
};

}  // namespace

TEST_CASE("matrix: nobody gets past the open routes", "[access]") {
  Fixture people;
  for (const auto& route : server::routes()) {
    INFO(route.method << " " << route.pattern);
    const auto response = ask(people, route, {});
    CHECK(let_in(response) == (route.scope == Scope::open));
    if (route.scope == Scope::open) continue;
    CHECK(response.status == 401);
    CHECK(tests::code_of(response) == "login_required");
    CHECK(tests::header(response, "WWW-Authenticate").substr(0, 6) == "Bearer");
  }
}

TEST_CASE("matrix: a token that is none, has expired or was revoked is refused everywhere", "[access]") {
  Fixture people;
  const auto now = server::now_seconds();
  const auto good = people.token("admin");
  const auto expired = people.token("admin", {}, now - 1);
  const auto revoked = people.token("admin");
  people.write(
      [&](auto& database) { REQUIRE(schema::revoke_token(database, server::parse_token(revoked)->id, now).value()); });
  auto other_secret = good;
  other_secret.back() = other_secret.back() == '0' ? '1' : '0';
  for (const auto& route : server::routes()) {
    if (route.pattern.substr(0, 5) != "/api/") continue;
    INFO(route.method << " " << route.pattern);
    for (const auto& bad : {expired, revoked, other_secret, std::string("rua_x"), std::string(), good + "0"}) {
      const auto response = ask(people, route, bearer(bad));
      CHECK(response.status == 401);
      CHECK(tests::code_of(response) == "invalid_token");
    }
  }
}

TEST_CASE("matrix: a token does what its scope includes, and no more", "[access]") {
  Fixture people;
  for (const auto* name : {"read", "ingest", "admin"}) {
    const auto token = people.token(name);
    for (const auto& route : server::routes()) {
      INFO(name << " " << route.method << " " << route.pattern);
      const auto response = ask(people, route, bearer(token));
      CHECK(let_in(response) == (scope_named(name) >= route.scope));
      if (!let_in(response)) CHECK(tests::code_of(response) == "forbidden");
    }
  }
}

TEST_CASE("matrix: who sees some domains only is kept from what cannot be divided", "[access]") {
  Fixture people;
  const auto token = people.token("admin", {"example.net"});
  for (const auto& route : server::routes()) {
    INFO(route.method << " " << route.pattern);
    const auto response = ask(people, route, bearer(token));
    CHECK(let_in(response) == (route.reach != Reach::all));
    if (!let_in(response)) CHECK(tests::code_of(response) == "all_domains");
  }
}

TEST_CASE("matrix: another name in Host is refused before anything else", "[access]") {
  Fixture people;
  const auto token = people.token("admin");
  for (const auto& route : server::routes()) {
    INFO(route.method << " " << route.pattern);
    auto headers = bearer(token);
    for (const auto* host :
         {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8080", "192.0.2.1", "[::2]"}) {
      headers["host"] = host;
      CHECK(ask(people, route, headers).status == 421);
    }
    headers["host"] = "localhost:9";
    CHECK(let_in(ask(people, route, headers)));
  }
}

TEST_CASE("matrix: pages of another origin change nothing", "[access]") {
  Fixture people;
  const auto session = people.session("alice");
  using Headers = std::map<std::string, std::string>;
  const std::vector<Headers> foreign = {
      {{"origin", "http://evil.example"}},   {{"origin", "null"}},
      {{"origin", "http://127.0.0.1:8081"}}, {{"sec-fetch-site", "cross-site"}},
      {{"sec-fetch-site", "same-site"}},     {{"origin", "http://127.0.0.1:8080"}, {"sec-fetch-site", "cross-site"}}};
  for (const auto& route : server::routes()) {
    if (route.method == "GET") continue;
    INFO(route.method << " " << route.pattern);
    for (auto headers : foreign) {
      headers["cookie"] = "ruadar=" + session;
      CHECK(ask(people, route, headers).status == 403);
    }
    // A cookie without a word about where it comes from.
    const auto silent = ask(people, route, {{"cookie", "ruadar=" + session}});
    CHECK(silent.status == 403);
    CHECK(tests::code_of(silent) == "no_origin");
  }
  // Those may be our own pages; the last one ends the session.
  for (const auto& headers :
       {Headers{{"origin", "http://127.0.0.1:8080"}}, Headers{{"sec-fetch-site", "same-origin"}}}) {
    auto with_cookie = headers;
    with_cookie["cookie"] = "ruadar=" + session;
    const auto response = people.send("PATCH", "/api/v1/ingest/failures/999", R"({"state":"open"})", with_cookie);
    CHECK(response.status == 404);
  }
}

TEST_CASE("matrix: a session does what its user may", "[access]") {
  Fixture people;
  people.add_user("victor", schema::Role::viewer);
  for (const auto* name : {"alice", "victor"}) {
    for (const auto& route : server::routes()) {
      INFO(name << " " << route.method << " " << route.pattern);
      const auto session = people.session(name);
      const auto response = ask(people, route, tests::browser(session));
      const auto scope = std::string(name) == "alice" ? Scope::admin : Scope::read;
      CHECK(let_in(response) == (scope >= route.scope));
    }
  }
}

TEST_CASE("matrix: a session that has ended is none", "[access]") {
  Fixture people;
  const auto idle = people.session("alice", schema::session_idle_seconds);
  const auto ended = people.session("alice", schema::session_seconds);
  for (const auto& route : server::routes()) {
    if (route.scope == Scope::open) continue;
    INFO(route.method << " " << route.pattern);
    for (const auto& session : {idle, ended, std::string(), std::string("0")})
      CHECK(ask(people, route, tests::browser(session)).status == 401);
  }
}
