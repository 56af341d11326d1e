#include "schema/runs.h"

#include "tests/support/catch.h"
#include "tests/support/store.h"

using schema::RunState;

namespace {

struct Runs {
  tests::Store store;

  std::int64_t begin() {
    REQUIRE(store.writer().begin());
    const auto id = store.writer().ledger().begin_run("import", 5).value();
    REQUIRE(store.writer().commit());
    return id;
  }
  void end(std::int64_t id, schema::RunEnd end) {
    REQUIRE(store.writer().begin());
    REQUIRE(store.writer().ledger().update_run(id, {}, end));
    REQUIRE(store.writer().commit());
  }
  // Beside the writer, as a server does.
  schema::Status ask_to_stop(std::int64_t id, std::int64_t now) const {
    auto database = std::move(schema::Database::open_beside_writer(store.path()).value());
    auto transaction = std::move(schema::Transaction::begin(database).value());
    auto asked = schema::ask_to_stop(database, id, now);
    REQUIRE(transaction.commit());
    return asked;
  }
  schema::RunRow run(std::int64_t id) const {
    auto database = std::move(schema::Database::open_reader(store.path()).value());
    return schema::run(database, id).value().value();
  }
  RunState state(std::int64_t id) const { return run(id).state; }
};

}  // namespace

TEST_CASE("a run is under way while somebody writes, and cut off when nobody does") {
  Runs runs;
  const auto first = runs.begin();
  CHECK(runs.state(first) == RunState::running);
  runs.store.close();  // as when its process is killed
  CHECK(runs.state(first) == RunState::cut_off);
  runs.store.reopen();
  const auto second = runs.begin();
  CHECK(runs.state(first) == RunState::cut_off);  // one run at a time
  CHECK(runs.state(second) == RunState::running);
  runs.end(second, {9, false});
  CHECK(runs.state(second) == RunState::done);
  const auto third = runs.begin();
  runs.end(third, {11, true});
  CHECK(runs.state(third) == RunState::stopped);
}

TEST_CASE("a run that ends while somebody looks is not called cut off") {
  Runs runs;
  const auto id = runs.begin();
  auto reader = std::move(schema::Database::open_reader(runs.store.path()).value());
  const auto moment = std::move(schema::Transaction::begin_read(reader).value());
  REQUIRE(schema::run(reader, id).value()->state == RunState::running);
  runs.end(id, {9, false});
  runs.store.close();
  // Of the moment before, in which it had not ended.
  CHECK(schema::run(reader, id).value()->state == RunState::running);
  CHECK(runs.state(id) == RunState::done);
}

TEST_CASE("a run has the name of what it reads, or none") {
  Runs runs;
  REQUIRE(runs.store.writer().begin());
  const auto named = runs.store.writer().ledger().begin_run("import", 5, "archive/2019.mbox +2").value();
  REQUIRE(runs.store.writer().ledger().update_run(named, {}, {}, {1, 113'400}));
  REQUIRE(runs.store.writer().commit());
  CHECK(runs.run(named).origin == "archive/2019.mbox +2");
  CHECK(runs.run(named).progress.mails_expected == 113'400);
  CHECK_FALSE(runs.run(runs.begin()).origin);
}

TEST_CASE("the end of a run is asked for beside the writer, once, and whoever is at it sees it") {
  Runs runs;
  const auto id = runs.begin();
  CHECK_FALSE(schema::asked_to_stop(runs.store.database(), id).value());
  REQUIRE(runs.ask_to_stop(id, 7));
  REQUIRE(runs.ask_to_stop(id, 8));
  CHECK(schema::asked_to_stop(runs.store.database(), id).value());
  CHECK(runs.run(id).stop_asked_at == 7);
  CHECK(runs.state(id) == RunState::stopping);
  runs.end(id, {9, true});
  CHECK(runs.state(id) == RunState::stopped);
  const auto next = runs.begin();
  CHECK_FALSE(schema::asked_to_stop(runs.store.database(), next).value());
  runs.end(next, {10, false});
  CHECK(runs.ask_to_stop(next, 11).error().code == "run_ended");
  CHECK(runs.ask_to_stop(99, 11).error().code == "run_ended");
  CHECK(runs.store.number("SELECT count(*) FROM run_stop") == 1);
}

TEST_CASE("a run that was asked to end and is gone is told as cut off, not as stopped") {
  Runs runs;
  const auto id = runs.begin();
  REQUIRE(runs.ask_to_stop(id, 7));
  runs.store.close();
  CHECK(runs.state(id) == RunState::cut_off);
}
