#include "server/api/routes.h"

#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include <map>
#include <set>

#include "schema/query.h"
#include "tests/support/api.h"

using tests::Api;
using tests::request;

TEST_CASE("a mistaken parameter is named in a problem") {
  Api api;
  const auto response = api.get("/api/v1/summary?form=2026-11-18");
  CHECK(response.status == 400);
  CHECK(tests::header(response, "Content-Type") == "application/problem+json");
  const auto problem = nlohmann::json::parse(response.body);
  CHECK(problem["code"] == "unknown_parameter");
  CHECK(problem["status"] == 400);
  CHECK(problem["detail"] == "unknown parameter 'form'; did you mean 'from'?");
  CHECK(problem["errors"][0]["parameter"] == "form");
  CHECK(problem["type"] == "/help/errors#unknown-parameter");
}

namespace {

// Something that is there, with the parameters that it cannot do without.
std::string target_of(const server::Route& route) {
  std::string path(route.pattern);
  for (const auto& [name, value] :
       std::map<std::string, std::string>{{"{id}", "1"}, {"{ip}", "192.0.2.1"}, {"{domain}", "example.com"}}) {
    if (const auto at = path.find(name); at != std::string::npos) path.replace(at, name.size(), value);
  }
  return path + (path == "/api/v1/breakdown" ? "?by=ip" : path == "/api/v1/facets" ? "?field=ip" : "");
}

}  // namespace

TEST_CASE("every GET refuses parameters that it does not know") {
  Api api;
  api.add(tests::make_report());
  std::set<std::string> without = {"/healthz", "/readyz", "/metrics"};  // asked by machines that add what they like
  for (const auto& route : server::routes()) {
    if (route.method != "GET" || without.count(std::string(route.pattern)) != 0) continue;
    const auto target = target_of(route);
    INFO(target);
    const auto response = api.get(target + (target.find('?') == std::string::npos ? "?" : "&") + "nonsense=1");
    CHECK(response.status == 400);
    CHECK(nlohmann::json::parse(response.body)["code"] == "unknown_parameter");
  }
}

TEST_CASE("paging and order are checked") {
  Api api;
  for (const auto* wrong : {"limit=0", "limit=1001", "limit=x", "cursor=x", "cursor=i1", "sort=-colour", "format=xml",
                            "limit=1&limit=2", "range=1d"}) {
    INFO(wrong);
    CHECK(api.get(std::string("/api/v1/reports?") + wrong).status == 400);
  }
  CHECK(api.get("/api/v1/breakdown").status == 400);
  CHECK(api.get("/api/v1/breakdown?by=colour").status == 400);
  CHECK(api.get("/api/v1/timeseries?from=0001-01-01&to=9999-12-31").status == 400);
  CHECK(api.get("/api/v1/ingest/failures?code=nonsense").status == 400);
  CHECK(api.get("/api/v1/records?sort=day").status == 400);
  CHECK(api.get("/api/v1/records?sort=-day").status == 200);
}

TEST_CASE("what is not there is 404, also what only looks like it") {
  Api api;
  api.add(tests::make_report());
  for (const auto* path :
       {"/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v1/summary/", "/api/v1/reports/99", "/api/v1/reports/x",
        "/api/v1/reports/-1", "/api/v1/reports/1/xml", "/api/v1/sources/192.0.2.99", "/api/v1/sources/x",
        "/api/v1/domains/example.net", "/api/v1/ingest/failures/1", "/api/v1/ingest/failures/1/raw", "/"}) {
    INFO(path);
    const auto response = api.get(path);
    CHECK(response.status == 404);
    CHECK(nlohmann::json::parse(response.body)["code"] == "not_found");
  }
}

TEST_CASE("another method is 405 and told which there are") {
  Api api;
  const auto response = api.respond(request("/api/v1/reports", "DELETE"));
  CHECK(response.status == 405);
  CHECK(tests::header(response, "Allow") == "GET, HEAD, POST");
  CHECK(tests::header(api.respond(request("/api/v1/ingest/failures/1/retry")), "Allow") == "POST");
}

TEST_CASE("a HEAD is a GET without its body") {
  Api api;
  api.add(tests::make_report());
  const auto head = api.respond(request("/api/v1/summary", "HEAD"));
  CHECK(head.status == 200);
  CHECK(head.body.empty());
  CHECK(tests::header(head, "ETag") == tests::header(api.get("/api/v1/summary"), "ETag"));
  CHECK_FALSE(api.respond(request("/api/v1/records?format=csv", "HEAD")).stream);
}

TEST_CASE("an unchanged database answers 304 until the next commit") {
  Api api;
  api.add(tests::make_report());
  auto asked = request("/api/v1/summary?range=7d&domain=example.com");
  const auto first = api.respond(asked);
  const auto etag = tests::header(first, "ETag");
  CHECK(etag.substr(0, 3) == "W/\"");
  CHECK(tests::header(first, "Cache-Control") == "private, no-cache");
  asked.headers["if-none-match"] = "\"other\", " + etag;
  const auto second = api.respond(asked);
  CHECK(second.status == 304);
  CHECK(second.body.empty());
  CHECK(tests::header(second, "ETag") == etag);

  // The order of parameters is no other question; other values are.
  CHECK(tests::header(api.get("/api/v1/summary?domain=example.com&range=7d"), "ETag") == etag);
  CHECK(tests::header(api.get("/api/v1/summary?domain=example.com&range=30d"), "ETag") != etag);
  CHECK(tests::header(api.get("/api/v1/timeseries?domain=example.com&range=7d"), "ETag") != etag);

  api.add(tests::make_report("2"));
  CHECK(api.respond(asked).status == 200);
}

TEST_CASE("every GET with an ETag answers 304 to whoever has it") {
  Api api;
  api.add(tests::make_report());
  std::set<std::string> tagged;
  for (const auto& route : server::routes()) {
    if (route.method != "GET" || route.scope != server::Scope::read) continue;
    auto asked = request(target_of(route));
    const auto etag = tests::header(api.respond(asked), "ETag");
    if (etag.empty()) continue;
    INFO(asked.path);
    tagged.insert(std::string(route.pattern));
    asked.headers["if-none-match"] = etag;
    const auto again = api.respond(asked);
    CHECK(again.status == 304);
    CHECK(again.body.empty());
  }
  for (const auto* name : {"status", "summary", "timeseries", "breakdown", "facets", "concentration", "changes",
                           "changes.atom", "domains", "reporters", "sources", "policies", "reports", "records",
                           "reports/{id}", "ingest/messages", "ingest/failures", "openapi.json"}) {
    INFO(name);
    CHECK(tagged.count("/api/v1/" + std::string(name)) == 1);
  }
  // How a run stands changes without a commit.
  CHECK(tagged.count("/api/v1/ingest/runs") == 0);
}

TEST_CASE("health and readiness are told apart") {
  Api api;
  CHECK(api.get("/healthz").body == "ok\n");
  const auto ready = api.json("/readyz");
  CHECK(ready["db"] == "ok");
  CHECK(ready["migrations"] == "ok");
  CHECK(ready["data_generation"].is_number());
  CHECK(ready["mailboxes"].empty());

  server::MailboxReport well, ill;
  well.name = "main";
  well.state = "watching";
  ill.state = "refused";
  api.context.mailboxes = [&] { return std::vector{well, ill}; };
  const auto watched = api.json("/readyz");
  CHECK(watched["mailboxes"][0]["status"] == "ok");
  CHECK(watched["mailboxes"][1]["status"] == "degraded");
  CHECK(watched.dump().find("main") == std::string::npos);

  schema::Readers nothing("/nonexistent/ruadar.db", 1);
  api.context.readers = &nothing;
  CHECK(api.get("/healthz").status == 200);
  const auto broken = api.get("/readyz");
  CHECK(broken.status == 503);
  CHECK(nlohmann::json::parse(broken.body)["db"] == "cannot_open");
  CHECK(api.get("/api/v1/summary").status == 503);
}

TEST_CASE("mailboxes tell how they are doing, and can be told to fetch now") {
  Api api;
  CHECK(api.json("/api/v1/ingest/mailboxes")["data"].empty());
  CHECK(api.respond(request("/api/v1/ingest/runs", "POST")).status == 404);

  server::MailboxReport mailbox;
  mailbox.name = "main";
  mailbox.state = "waiting";
  mailbox.last_mail_at = 0;
  mailbox.error = "The mail server closed the connection.";
  api.context.mailboxes = [&] { return std::vector{mailbox}; };
  std::string asked = "nobody";
  api.context.fetch_now = [&](const std::string& name) -> std::size_t {
    asked = name;
    return name.empty() || name == "main" ? 1 : 0;
  };
  const auto row = api.json("/api/v1/ingest/mailboxes")["data"][0];
  CHECK(row["name"] == "main");
  CHECK(row["state"] == "waiting");
  CHECK(row["last_mail_at"] == "1970-01-01T00:00:00Z");
  CHECK(row["checked_at"].is_null());
  CHECK(row["error"] == "The mail server closed the connection.");
  CHECK(row["complaint"].is_null());
  CHECK(api.respond(request("/api/v1/ingest/runs", "POST")).status == 202);
  CHECK(asked.empty());
  CHECK(api.respond(request("/api/v1/ingest/runs?mailbox=main", "POST")).status == 202);
  CHECK(asked == "main");
  CHECK(api.respond(request("/api/v1/ingest/runs?mailbox=other", "POST")).status == 404);
  CHECK(api.respond(request("/api/v1/ingest/runs?nonsense=1", "POST")).status == 400);
}

TEST_CASE("connections are shared and come back") {
  Api api;
  api.add(tests::make_report());
  schema::Readers one(api.store.path(), 1);
  api.context.readers = &one;
  for (int i = 0; i < 3; ++i) CHECK(api.get("/api/v1/summary").status == 200);
  const auto held = one.lend(std::chrono::milliseconds(0));
  REQUIRE(held);
  const auto busy = one.lend(std::chrono::milliseconds(10));
  REQUIRE_FALSE(busy);
  CHECK(busy.error().code == "busy");
}

TEST_CASE("a question that takes too long is ended") {
  Api api;
  api.add_random(3, 300);
  schema::Readers readers(api.store.path(), 1);
  auto reader = std::move(readers.lend(std::chrono::milliseconds(100)).value());
  reader->allow(std::chrono::milliseconds(0));
  const auto read = schema::number(reader->database(), "SELECT count(*) FROM record a, record b, record c");
  REQUIRE_FALSE(read);
  CHECK(read.error().code == "interrupted");
}
