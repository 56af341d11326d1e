#include "schema/twin.h"

#include <thread>

#include "schema/freshness.h"
#include "tests/support/catch.h"
#include "tests/support/make_report.h"
#include "tests/support/store.h"

using namespace schema;

namespace {

const bool has_two_processors = std::thread::hardware_concurrency() >= 2;

void add(tests::Store& store, const std::string& id) {
  REQUIRE(store.writer().begin());
  REQUIRE(store.writer().reports().add(PreparedReport(tests::make_report(id)), store.provenance()));
  REQUIRE(store.writer().commit());
}

std::int64_t reports(Database& database) {
  return database.integer("SELECT count(*) FROM report").value().value();
}

Status failed(const std::string& code) {
  return internal_error(code, "");
}

}  // namespace

TEST_CASE("a twin sees what the other sees, and there is none of what has passed") {
  tests::Store store;
  add(store, "first");
  auto reader = Database::open_reader(store.path()).value();
  const auto moment = Transaction::begin_read(reader).value();
  REQUIRE(reports(reader) == 1);
  auto twin = Twin::of(reader);
  REQUIRE(twin.has_value() == has_two_processors);
  add(store, "second");
  if (twin) CHECK(reports(twin->database()) == 1);
  CHECK(reports(reader) == 1);
  CHECK_FALSE(Twin::of(reader).has_value());
}

TEST_CASE("both halves are asked of the same moment, with or without a twin") {
  tests::Store store;
  add(store, "first");
  auto reader = Database::open_reader(store.path()).value();
  const auto moment = Transaction::begin_read(reader).value();
  REQUIRE(reports(reader) == 1);
  for (int round = 0; round < 2; ++round) {
    std::int64_t first = 0, second = 0;
    CHECK(ask_both(
        reader,
        [&](Database& database) {
          first = reports(database);
          return Status();
        },
        [&](Database& database) {
          second = reports(database);
          return Status();
        }));
    CHECK((first == 1 && second == 1));
    if (round == 0) add(store, "second");
  }
}

TEST_CASE("what fails in either half is the answer, the first half's before the other's") {
  tests::Store store;
  add(store, "first");
  const auto good = [](Database&) { return Status(); };
  const auto one = [](Database&) { return failed("one"); };
  const auto two = [](Database&) { return failed("two"); };
  CHECK(ask_both(store.database(), good, good));
  CHECK(ask_both(store.database(), one, good).error().code == "one");
  CHECK(ask_both(store.database(), good, two).error().code == "two");
  CHECK(ask_both(store.database(), one, two).error().code == "one");
}

TEST_CASE("a twin has the deadline of the other") {
  tests::Store store;
  add(store, "first");
  store.database().set_deadline(std::chrono::steady_clock::now() - std::chrono::seconds(1));
  auto another = store.database().open_another();
  REQUIRE(another);
  const auto counted = another->integer(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000) SELECT count(*) FROM n");
  REQUIRE_FALSE(counted);
  CHECK(counted.error().code == "interrupted");
}
