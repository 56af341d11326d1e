#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include "tests/support/people.h"

using tests::Api;

namespace {

// 100 messages, of which `failed` fail and are delivered.
void fill(Api& api, std::int64_t failed) {
  auto report = tests::make_report();
  report.records.clear();
  report.records.push_back(
      tests::make_record("192.0.2.1", 100 - failed, schema::DmarcResult::pass, schema::DmarcResult::pass));
  report.records.push_back(
      tests::make_record("192.0.2.2", failed, schema::DmarcResult::fail, schema::DmarcResult::fail));
  api.add(report);
}

}  // namespace

TEST_CASE("a check is 200 until it is critical, and one line") {
  Api api;
  fill(api, 5);
  struct Expected {
    const char* question;
    int status;
    const char* line;
  };
  for (const auto& [question, status, line] : std::vector<Expected>{
           {"min_pass_rate=95", 200, "RUADAR OK - pass_rate 95 (at least 95) | pass_rate=95%;;95:\n"},
           {"min_pass_rate=95.01,95", 200,
            "RUADAR WARNING - pass_rate 95 (at least 95.01) | pass_rate=95%;95.01:;95:\n"},
           {"min_pass_rate=99,95.01", 503,
            "RUADAR CRITICAL - pass_rate 95 (at least 95.01) | pass_rate=95%;99:;95.01:\n"},
           {"max_failed=5", 200, "RUADAR OK - failed 5 (at most 5) | failed=5;;5\n"},
           {"max_failed=4,5", 200, "RUADAR WARNING - failed 5 (at most 4) | failed=5;4;5\n"},
           {"max_fail_delivered=4", 503, "RUADAR CRITICAL - fail_delivered 5 (at most 4) | fail_delivered=5;;4\n"},
           {"min_messages=101&max_failures_open=0", 503,
            "RUADAR CRITICAL - messages 100 (at least 101), failures_open 0 (at most 0) | messages=100;;101: "
            "failures_open=0;;0\n"},
       }) {
    INFO(question);
    const auto response = api.get(std::string("/api/v1/check?") + question);
    CHECK(response.status == status);
    CHECK(response.body == line);
    CHECK(tests::header(response, "Content-Type") == "text/plain; charset=utf-8");
    CHECK(tests::header(response, "ETag").empty());
  }
}

TEST_CASE("a check can be filtered, and read by programs") {
  Api api;
  fill(api, 5);
  const auto all = api.json("/api/v1/check?min_pass_rate=90&format=json");
  CHECK(all["data"]["state"] == "ok");
  CHECK(all["data"]["checks"][0]["value"] == 95);
  CHECK(all["data"]["checks"][0]["critical"] == 90);
  CHECK(all["data"]["checks"][0]["warning"].is_null());
  CHECK(api.get("/api/v1/check?min_pass_rate=90&ip=192.0.2.2").status == 503);
  // Without mail there is no rate, and messages are counted.
  CHECK(api.get("/api/v1/check?min_pass_rate=90&domain=none.example").body ==
        "RUADAR OK - pass_rate not known (at least 90)\n");
  CHECK(api.get("/api/v1/check?min_messages=1&domain=none.example").status == 503);
}

TEST_CASE("a check of age goes by when a report was stored") {
  Api api;
  CHECK(api.get("/api/v1/check?max_age_hours=1000000").status == 503);  // never
  fill(api, 0);                                                         // stored in 2026, says the fixture
  CHECK(api.get("/api/v1/check?max_age_hours=9000000").status == 200);
  CHECK(api.get("/api/v1/check?max_age_hours=9000000&domain=none.example").status == 503);
}

TEST_CASE("what is asked of a check is checked") {
  Api api;
  for (const auto* wrong :
       {"", "?range=7d", "?min_pass_rate=", "?min_pass_rate=x", "?min_pass_rate=-1", "?min_pass_rate=1.234",
        "?min_pass_rate=95,98", "?max_failed=10,5", "?max_failed=1,2,3", "?max_failed=99999999999999999999",
        "?min_pas_rate=98", "?max_failed=1&format=csv", "?max_failed=.", "?max_failed=1,"}) {
    INFO(wrong);
    CHECK(api.get(std::string("/api/v1/check") + wrong).status == 400);
  }
}

TEST_CASE("a check by a token for some domains is about these, and not about ingestion") {
  tests::People people;
  people.add_user("alice", schema::Role::admin);
  fill(people.api, 50);
  const auto status_of = [&](const std::string& question, const std::string& token) {
    auto request = tests::request("/api/v1/check?" + question);
    request.headers = tests::bearer(token);
    return people.ask(request).status;
  };
  const auto other = people.token("read", {"other.example"});
  CHECK(status_of("min_messages=1", people.token("read")) == 200);
  CHECK(status_of("min_messages=1", other) == 503);
  CHECK(status_of("max_age_hours=9000000", other) == 503);
  CHECK(status_of("max_failures_open=1", other) == 403);
}
