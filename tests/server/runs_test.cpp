// How runs stand, and the end of one that is asked for.
#include "schema/runs.h"

#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include "tests/support/people.h"

namespace {

struct Fixture : tests::People {
  Fixture() { admin = token("admin"); }

  std::int64_t begin() {
    auto& writer = api.store.writer();
    REQUIRE(writer.begin());
    const auto id = writer.ledger().begin_run("import", 5).value();
    REQUIRE(writer.commit());
    return id;
  }
  void end(std::int64_t id, bool stopped) {
    auto& writer = api.store.writer();
    REQUIRE(writer.begin());
    REQUIRE(writer.ledger().update_run(id, {}, schema::RunEnd{9, stopped}));
    REQUIRE(writer.commit());
  }
  server::Response stop(const std::string& id) {
    return send("POST", "/api/v1/ingest/runs/" + id + "/stop", "", tests::bearer(admin));
  }
  nlohmann::json get(const std::string& what) {
    const auto response = send("GET", "/api/v1/" + what, "", tests::bearer(admin));
    INFO(response.body);
    REQUIRE(response.status == 200);
    return nlohmann::json::parse(response.body)["data"];
  }

  std::string admin;
};

}  // namespace

TEST_CASE("the end of a run is asked for once, noted, and told to whoever asks") {
  Fixture people;
  const auto id = std::to_string(people.begin());
  CHECK(people.get("ingest/runs/" + id)["state"] == "running");
  CHECK(people.get("ingest/runs/" + id)["seconds"] > 1'700'000'000);  // it began in 1970
  for (int i = 0; i < 2; ++i) {
    const auto response = people.stop(id);
    CHECK(response.status == 202);
    const auto run = nlohmann::json::parse(response.body)["data"];
    CHECK(run["state"] == "stopping");
    CHECK(run["stop_asked_at"].is_string());
    CHECK(run["ended_at"].is_null());
  }
  CHECK(people.get("ingest/runs")[0]["state"] == "stopping");
  const auto noted = people.get("audit?action=run_stop_asked");
  REQUIRE(noted.size() == 1);
  CHECK(noted[0]["target"] == id);
}

TEST_CASE("a run is told with what it reads, whoever gave it its name, and how much that is") {
  Fixture people;
  auto& writer = people.api.store.writer();
  REQUIRE(writer.begin());
  const auto id = writer.ledger().begin_run("upload", 5, "<b>\x1b[31m\xff.xml").value();
  REQUIRE(writer.ledger().update_run(id, {}, {}, {25, 12}));
  REQUIRE(writer.commit());
  const auto run = people.get("ingest/runs/" + std::to_string(id));
  CHECK(run["origin"] == "<b>\x1b[31m\xef\xbf\xbd.xml");
  CHECK(run["percent"] == 25);
  CHECK(run["mails_expected"] == 12);
  people.begin();
  CHECK(people.get("ingest/runs")[0]["origin"].is_null());
  CHECK(people.get("ingest/runs")[0]["mails_expected"].is_null());
}

TEST_CASE("what is not under way cannot be stopped, and is not said to be") {
  Fixture people;
  const auto id = people.begin();
  const auto name = std::to_string(id);
  people.end(id, false);
  CHECK(people.stop(name).status == 409);
  CHECK(tests::code_of(people.stop(name)) == "run_ended");
  CHECK(people.get("ingest/runs/" + name)["seconds"] == 4);
  people.end(id, true);
  CHECK(people.get("ingest/runs/" + name)["state"] == "stopped");
  CHECK(tests::code_of(people.stop(name)) == "run_ended");

  const auto second = std::to_string(people.begin());
  people.begin();  // one run at a time: the second is over
  CHECK(people.stop(second).status == 409);
  CHECK(tests::code_of(people.stop(second)) == "run_cut_off");
  CHECK(people.get("ingest/runs/" + second)["seconds"].is_null());
  for (const auto* none : {"99", "x", "-1"}) CHECK(people.stop(none).status == 404);
  CHECK(people.get("audit?action=run_stop_asked").empty());
}
