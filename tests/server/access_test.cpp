#include "server/access/access.h"

#include <atomic>
#include <thread>

#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include "tests/support/people.h"

using server::AccessSettings;
using tests::bearer;
using tests::body_of;
using tests::browser;
using tests::code_of;
using tests::header;
using tests::People;

namespace {

const std::map<std::string, std::string> from_page{{"sec-fetch-site", "same-origin"}};

std::string credentials(const std::string& name, const std::string& password) {
  return nlohmann::json{{"name", name}, {"password", password}}.dump();
}

// The session in Set-Cookie.
std::string session_of(const server::Response& response) {
  const auto cookie = header(response, "Set-Cookie");
  const auto begin = cookie.find('=') + 1;
  return cookie.substr(begin, cookie.find(';') - begin);
}

AccessSettings patient() {
  AccessSettings settings;
  settings.logins_of_address = {1000, std::chrono::minutes(1)};
  settings.failures_of_account = {1000, std::chrono::minutes(1)};
  return settings;
}

}  // namespace

TEST_CASE("without users this machine may do everything, and is told so", "[access]") {
  People people;
  const auto who = body_of(people.get("/api/v1/session"))["data"];
  CHECK(who["kind"] == "machine");
  CHECK(who["scope"] == "admin");
  CHECK(who["open"] == true);
  CHECK(people.get("/api/v1/summary").status == 200);
  CHECK(body_of(people.get("/api/v1/status"))["data"]["open_to"] == "loopback");

  people.add_user("alice", schema::Role::admin);
  CHECK(people.get("/api/v1/summary").status == 401);
  const auto nobody = body_of(people.get("/api/v1/session"))["data"];
  CHECK(nobody["kind"] == "nobody");
  CHECK(nobody["open"] == false);
  CHECK(nobody["scope"].is_null());
}

TEST_CASE("what a proxy brings to an open server does not come from this machine", "[access]") {
  People people;
  for (const auto* name : {"x-forwarded-for", "forwarded", "x-real-ip", "via", "x-forwarded-proto"}) {
    INFO(name);
    CHECK(people.get("/api/v1/summary", {{name, "192.0.2.1"}}).status == 401);
  }
}

TEST_CASE("beyond loopback nobody is let in without login, unless that was said loudly", "[access]") {
  AccessSettings network;
  network.loopback = false;
  People closed(network);
  CHECK(closed.get("/api/v1/summary").status == 401);
  network.insecure_open = true;
  People open(network);
  CHECK(open.get("/api/v1/summary").status == 200);
  open.add_user("alice", schema::Role::admin);
  CHECK(open.get("/api/v1/summary").status == 401);
}

TEST_CASE("a login makes a session, a logout ends it", "[access]") {
  People people(patient());
  people.add_user("alice", schema::Role::admin);
  const auto before = people.session("alice");
  auto headers = browser(before);
  const auto login = people.send("POST", "/api/v1/session", credentials("Alice", tests::password), headers);
  REQUIRE(login.status == 200);
  CHECK(body_of(login)["data"]["name"] == "alice");
  const auto cookie = header(login, "Set-Cookie");
  CHECK(cookie.find("; HttpOnly") != std::string::npos);
  CHECK(cookie.find("; SameSite=Strict") != std::string::npos);
  CHECK(cookie.find("; Path=/") != std::string::npos);
  CHECK(cookie.substr(0, 7) == "ruadar=");
  CHECK(header(login, "Cache-Control") == "no-store");

  const auto session = session_of(login);
  CHECK(session.size() == 64);
  CHECK(session != before);
  CHECK(people.get("/api/v1/summary", browser(session)).status == 200);
  CHECK(people.get("/api/v1/summary", browser(before)).status == 401);
  CHECK(people.get("/api/v1/summary", {{"cookie", "a=b; ruadar=" + session + "; c=d"}}).status == 200);
  CHECK(people.get("/api/v1/summary", {{"cookie", "ruadar=" + session + "; ruadar=" + session}}).status == 401);

  const auto logout = people.send("DELETE", "/api/v1/session", "", browser(session));
  CHECK(logout.status == 204);
  CHECK(header(logout, "Set-Cookie").find("Max-Age=0") != std::string::npos);
  CHECK(people.get("/api/v1/summary", browser(session)).status == 401);
  // The session itself is not in the database.
  CHECK(people.api.store.number("SELECT count(*) FROM session WHERE hex(hash) = '" + session + "'") == 0);
}

TEST_CASE("where the way is secure, the cookie is for it alone", "[access]") {
  People people(patient());
  people.options.trusted_proxies = {*schema::parse_ip_range("127.0.0.1")};
  people.options.hosts.names = {"radar.example.com"};
  people.add_user("alice", schema::Role::admin);
  const std::map<std::string, std::string> proxied{{"host", "radar.example.com"},
                                                   {"origin", "https://radar.example.com"},
                                                   {"x-forwarded-for", "192.0.2.7"},
                                                   {"x-forwarded-proto", "https"}};
  const auto login = people.send("POST", "/api/v1/session", credentials("alice", tests::password), proxied);
  REQUIRE(login.status == 200);
  const auto cookie = header(login, "Set-Cookie");
  CHECK(cookie.substr(0, 14) == "__Host-ruadar=");
  CHECK(cookie.find("; Secure") != std::string::npos);
  auto asked = proxied;
  asked["cookie"] = "__Host-ruadar=" + session_of(login);
  CHECK(people.get("/api/v1/summary", asked).status == 200);
  asked["cookie"] = "ruadar=" + session_of(login);
  CHECK(people.get("/api/v1/summary", asked).status == 401);
  const auto audit = people.api.store.text("SELECT address FROM audit WHERE action = 'login'");
  CHECK(audit == "192.0.2.7");
}

TEST_CASE("a wrong password and an unknown name are the same answer", "[access]") {
  People people(patient());
  people.add_user("alice", schema::Role::admin);
  const auto wrong = people.send("POST", "/api/v1/session", credentials("alice", "something else"), from_page);
  const auto unknown = people.send("POST", "/api/v1/session", credentials("bob", tests::password), from_page);
  const auto no_name = people.send("POST", "/api/v1/session", credentials("\u0000", tests::password), from_page);
  CHECK(wrong.status == 401);
  CHECK(code_of(wrong) == "login_failed");
  CHECK(wrong.body == unknown.body);
  CHECK(wrong.body == no_name.body);
  CHECK(header(wrong, "Set-Cookie").empty());
  // What was typed as a name may be a password.
  CHECK(people.api.store.number("SELECT count(*) FROM audit WHERE action = 'login_failed' AND target = ''") == 3);
}

TEST_CASE("logins are throttled by address and by account", "[access]") {
  AccessSettings few;
  few.logins_of_address = {3, std::chrono::minutes(1)};
  few.failures_of_account = {2, std::chrono::minutes(15)};
  People people(few);
  people.add_user("alice", schema::Role::admin);
  const auto from = [&](const std::string& ip, const std::string& name, const std::string& password) {
    auto request = tests::request("/api/v1/session", "POST");
    request.body = credentials(name, password);
    request.headers = from_page;
    request.remote_ip = ip;
    return people.ask(request);
  };
  CHECK(from("2001:db8::1", "alice", "wrong wrong").status == 401);
  CHECK(from("2001:db8::2", "alice", "wrong wrong").status == 401);
  // The account, from wherever; also with the right password.
  const auto account = from("192.0.2.1", "alice", tests::password);
  CHECK(account.status == 429);
  CHECK(code_of(account) == "too_many_logins");
  CHECK(std::stoi(header(account, "Retry-After")) > 60);
  CHECK(header(account, "RateLimit-Policy") == "\"default\";q=2;w=900");
  // The address: an IPv6 client has a whole /64.
  CHECK(from("2001:db8::3", "bob", "wrong wrong").status == 401);
  CHECK(from("2001:db8:0:0:ffff::4", "carol", "wrong wrong").status == 429);
  CHECK(from("2001:db8:0:1::4", "carol", "wrong wrong").status == 401);
}

TEST_CASE("users are managed, and one admin stays", "[access]") {
  People people(patient());
  const auto user = [](const std::string& name, const std::string& role) {
    return nlohmann::json{{"name", name}, {"role", role}, {"password", tests::password}}.dump();
  };
  // The first one ends the time of open doors, and must be able to open them again.
  CHECK(code_of(people.send("POST", "/api/v1/users", user("bob", "viewer"), from_page)) == "last_admin");
  CHECK(people.send("POST", "/api/v1/users", user("Alice", "admin"), from_page).status == 201);
  CHECK(people.send("POST", "/api/v1/users", user("bob", "viewer"), from_page).status == 401);

  const auto alice = browser(people.session("alice"));
  CHECK(people.send("POST", "/api/v1/users", user("bob", "viewer"), alice).status == 201);
  CHECK(people.send("POST", "/api/v1/users", user("BOB", "viewer"), alice).status == 409);
  CHECK(people.send("POST", "/api/v1/users", user("a b", "viewer"), alice).status == 400);
  CHECK(people.send("POST", "/api/v1/users", R"({"name":"c","password":"short"})", alice).status == 400);
  CHECK(people.send("POST", "/api/v1/users", R"({"name":"c"})", alice).status == 400);
  CHECK(people.send("POST", "/api/v1/users", R"({"name":"c","password":"long enough","domains":["no domain"]})", alice)
            .status == 400);

  const auto bob = browser(people.session("bob"));
  CHECK(people.send("PATCH", "/api/v1/users/bob", R"({"role":"admin"})", bob).status == 403);
  CHECK(people.send("PATCH", "/api/v1/users/bob", R"({"domains":["Example.COM.","*.example.net"]})", alice).status ==
        200);
  const auto listed = body_of(people.get("/api/v1/users", alice));
  CHECK(listed["data"][1]["domains"] == nlohmann::json({"*.example.net", "example.com"}));
  CHECK(listed.dump().find("argon2") == std::string::npos);

  for (const auto* body : {R"({"role":"viewer"})", R"({"domains":["example.com"]})"})
    CHECK(code_of(people.send("PATCH", "/api/v1/users/alice", body, alice)) == "last_admin");
  CHECK(code_of(people.send("DELETE", "/api/v1/users/alice", "", alice)) == "last_admin");
  CHECK(people.send("DELETE", "/api/v1/users/nobody", "", alice).status == 404);
  CHECK(people.send("DELETE", "/api/v1/users/bob", "", alice).status == 204);
  CHECK(people.get("/api/v1/summary", bob).status == 401);
}

TEST_CASE("whoever changes the password stays, all others are logged out", "[access]") {
  People people(patient());
  people.add_user("alice", schema::Role::admin);
  const auto here = browser(people.session("alice")), there = browser(people.session("alice"));
  const auto change = [&](const std::string& now, const std::string& next) {
    return people.send("PUT", "/api/v1/session/password", nlohmann::json{{"current", now}, {"new", next}}.dump(), here);
  };
  CHECK(code_of(change("something else", "a new password")) == "wrong_password");
  CHECK(code_of(change(tests::password, "short")) == "weak_password");
  CHECK(people.get("/api/v1/summary", there).status == 200);
  CHECK(change(tests::password, "a new password").status == 204);
  CHECK(people.get("/api/v1/summary", here).status == 200);
  CHECK(people.get("/api/v1/summary", there).status == 401);
  CHECK(people.send("POST", "/api/v1/session", credentials("alice", tests::password), from_page).status == 401);
  CHECK(people.send("POST", "/api/v1/session", credentials("alice", "a new password"), from_page).status == 200);
}

TEST_CASE("a token is shown once, and ends when it is revoked", "[access]") {
  People people(patient());
  const auto made =
      people.send("POST", "/api/v1/tokens", R"({"scope":"read","name":"grafana","expires_in_days":30})", from_page);
  REQUIRE(made.status == 201);
  const auto token = body_of(made)["data"]["token"].get<std::string>();
  const auto id = body_of(made)["data"]["id"].get<std::string>();
  people.add_user("alice", schema::Role::admin);
  CHECK(people.get("/api/v1/summary", bearer(token)).status == 200);
  CHECK(people.get("/api/v1/summary", {{"authorization", "bearer  " + token}}).status == 200);
  // In an address it would stand in logs.
  CHECK(people.get("/api/v1/summary?token=" + token).status == 401);

  const auto alice = browser(people.session("alice"));
  const auto listed = people.get("/api/v1/tokens", alice);
  CHECK(listed.body.find(token.substr(15)) == std::string::npos);
  CHECK_FALSE(body_of(listed)["data"][0]["last_used_at"].is_null());
  CHECK(body_of(listed)["data"][0]["state"] == "active");
  CHECK(people.send("DELETE", "/api/v1/tokens/" + id, "", alice).status == 204);
  CHECK(people.send("DELETE", "/api/v1/tokens/" + id, "", alice).status == 404);
  CHECK(people.get("/api/v1/summary", bearer(token)).status == 401);
  for (const auto* wrong : {R"({})", R"({"scope":"root"})", R"({"scope":"read","expires_in_days":0})", R"({"scope":1})",
                            R"({"scope":"read","name":"\u0007"})", R"({"scope":"read","more":"x"})", R"([])", "", "{"})
    CHECK(people.send("POST", "/api/v1/tokens", wrong, alice).status == 400);
}

TEST_CASE("a trusted proxy names users, and nobody else does", "[access]") {
  AccessSettings settings;
  settings.user_header = "x-remote-user";
  People people(settings);
  people.options.trusted_proxies = {*schema::parse_ip_range("10.0.0.0/8")};
  people.add_user("alice", schema::Role::admin);
  const auto from = [&](const std::string& ip, const std::string& name) {
    auto request = tests::request("/api/v1/session");
    request.headers = {{"x-remote-user", name}};
    request.remote_ip = ip;
    return body_of(people.ask(request))["data"];
  };
  CHECK(from("10.1.2.3", "Alice")["scope"] == "admin");
  CHECK(from("10.1.2.3", "carol")["scope"] == "read");
  CHECK(from("10.1.2.3", "carol")["login"] == "proxy");
  CHECK(from("127.0.0.1", "alice")["kind"] == "nobody");
  CHECK(from("192.0.2.1", "alice")["kind"] == "nobody");
  CHECK(from("10.1.2.3", "")["kind"] == "nobody");
}

TEST_CASE("decisions are noted with who made them", "[access]") {
  People people(patient());
  people.api.context.decide = [](std::int64_t, server::FailureDecision, const std::string&) {
    return schema::Status();
  };
  people.add_user("alice", schema::Role::admin);
  people.send("PATCH", "/api/v1/ingest/failures/7", R"({"state":"ignored","note":"cut off"})",
              browser(people.session("alice")));
  const auto admin = people.token("admin");
  const auto rows = body_of(people.get("/api/v1/audit?action=failure_ignored", bearer(admin)));
  REQUIRE(rows["data"].size() == 1);
  CHECK(rows["data"][0]["actor"] == "user alice");
  CHECK(rows["data"][0]["target"] == "7");
  CHECK(rows["data"][0]["detail"] == "cut off");
  CHECK(rows["data"][0]["address"] == "127.0.0.1");
  CHECK(people.get("/api/v1/audit?action=nonsense", bearer(admin)).status == 400);
  const auto csv = people.get("/api/v1/audit?format=csv", bearer(admin));
  CHECK(csv.status == 200);
  CHECK(header(csv, "Cache-Control") == "no-store");
}

TEST_CASE("who sees some domains only finds nothing of the others in any answer", "[access]") {
  People people;
  people.api.add(tests::make_report("1"));
  auto foreign = tests::make_report("secret-id", "secret.example");
  foreign.metadata.org_name = "secret reporter";
  foreign.records[0].identifiers.header_from = "secret.example";
  people.api.add(foreign);
  const auto own = people.token("read", {"example.com"}), other = people.token("read", {"*.example"});
  const auto all = people.token("read");
  int asked = 0;
  for (const auto& route : server::routes()) {
    if (route.method != "GET" || route.scope != server::Scope::read || route.reach != server::Reach::own) continue;
    std::string path(route.pattern);
    const std::map<std::string, std::string> values{
        {"{id}", "2"}, {"{ip}", "192.0.2.1"}, {"{domain}", "secret.example"}};
    for (const auto& [name, value] : values)
      if (const auto at = path.find(name); at != std::string::npos) path.replace(at, name.size(), value);
    if (route.pattern == "/api/v1/breakdown") path += "?by=domain";
    for (const auto* format : {"", "csv"}) {
      std::string target = path;
      if (*format != '\0')
        target += (path.find('?') == std::string::npos ? "?" : "&") + std::string("format=") + format;
      INFO(target);
      auto response = people.get(target, bearer(own));
      std::string text = response.body;
      if (response.stream) response.stream([&](std::string_view bytes) { return text.append(bytes), true; });
      CHECK(text.find("secret") == std::string::npos);
      if (path.find("secret") != std::string::npos || path.find("/2") != std::string::npos)
        CHECK((response.status == 404 || response.status == 400));
      ++asked;
    }
  }
  CHECK(asked > 20);
  const auto summary = [&](const std::string& token) {
    return body_of(people.get("/api/v1/summary?range=all", bearer(token)))["data"]["reports"];
  };
  CHECK(summary(own) == 1);
  CHECK(summary(other) == 1);
  CHECK(summary(all) == 2);
  CHECK(body_of(people.get("/api/v1/summary?range=all&domain=secret.example", bearer(own)))["data"]["reports"] == 0);
  CHECK(body_of(people.get("/api/v1/status", bearer(own)))["data"]["reports"] == 1);
  CHECK(people.get("/api/v1/reports/1", bearer(own)).status == 200);
  CHECK(people.get("/api/v1/reports/1", bearer(other)).status == 404);
  CHECK(people.get("/api/v1/domains/secret.example", bearer(other)).status == 200);
  // The answer to one is not taken for the answer to another.
  auto again = bearer(all);
  again["if-none-match"] = header(people.get("/api/v1/summary", bearer(own)), "ETag");
  CHECK(people.get("/api/v1/summary", again).status == 200);
}

TEST_CASE("a login does not wait for the end of an import", "[access]") {
  People people(patient());
  people.add_user("alice", schema::Role::admin);
  std::atomic<bool> done{false};
  std::atomic<int> batches{0};
  // An import that begins its next batch as soon as one is committed.
  std::thread import([&] {
    auto& writer = people.api.store.writer();
    for (; !done; ++batches) {
      if (!writer.begin()) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      if (!writer.commit()) return;
    }
  });
  while (batches < 2) std::this_thread::yield();
  const auto login = people.send("POST", "/api/v1/session", credentials("alice", tests::password), from_page);
  const int before = batches;
  while (batches < before + 2) std::this_thread::yield();
  done = true;
  import.join();
  CHECK(login.status == 200);
}

TEST_CASE("requests are limited by token and by address, this machine is not", "[access]") {
  AccessSettings few;
  few.requests_of_token = {3, std::chrono::seconds(600)};
  few.requests_of_address = {2, std::chrono::seconds(600)};
  People people(few, true);
  for (int i = 0; i < 10; ++i) CHECK(people.get("/api/v1/summary").status == 200);
  const auto one = people.token("read"), other = people.token("read");
  CHECK(tests::header(people.get("/api/v1/summary"), "RateLimit").empty());
  for (int i = 0; i < 3; ++i) {
    const auto answer = people.get("/api/v1/summary", bearer(one));
    CHECK(answer.status == 200);
    CHECK(tests::header(answer, "RateLimit-Policy") == "\"default\";q=3;w=600");
    CHECK(tests::header(answer, "RateLimit") == "\"default\";r=" + std::to_string(2 - i));
  }
  const auto refused = people.get("/api/v1/summary", bearer(one));
  CHECK(refused.status == 429);
  CHECK(code_of(refused) == "too_many_requests");
  CHECK(std::stoi(header(refused, "Retry-After")) > 0);
  CHECK(header(refused, "RateLimit").find("r=0;t=") != std::string::npos);
  CHECK(people.get("/api/v1/summary", bearer(other)).status == 200);
  // Whoever guesses tokens is counted, too.
  for (int i = 0; i < 2; ++i) CHECK(people.get("/api/v1/summary", bearer("rua_x")).status == 401);
  CHECK(people.get("/api/v1/summary", bearer("rua_x")).status == 429);
}

TEST_CASE("a large body is asked about before it is read, and counts once", "[access]") {
  AccessSettings few;
  few.requests_of_token = {2, std::chrono::seconds(600)};
  People people(few, true);
  people.add_user("alice", schema::Role::admin);
  const auto ask = [&](const std::string& token, const std::string& target = "/api/v1/reports") {
    auto request = tests::request(target, "POST");
    request.body_to_come = true;
    request.headers = bearer(token);
    return people.ask(request).status;
  };
  const auto ingest = people.token("ingest");
  for (int i = 0; i < 5; ++i) CHECK(ask(ingest) == 100);
  CHECK(ask("") == 401);
  CHECK(ask("rua_x") == 401);
  CHECK(ask(people.token("read")) == 403);
  CHECK(ask(people.token("ingest", {"example.com"})) == 403);
  CHECK(ask(ingest, "/api/v1/nothing") == 404);
  CHECK(ask(ingest, "/api/v1/summary") == 405);
  for (int i = 0; i < 2; ++i) CHECK(people.get("/api/v1/status", bearer(ingest)).status == 200);
  CHECK(ask(ingest) == 429);
}
