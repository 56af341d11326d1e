#include "schema/analysis.h"

#include <random>

#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include "tests/support/make_report.h"
#include "tests/support/store.h"

using namespace schema;

namespace {

void add(tests::Store& store, int reports) {
  static std::mt19937 random(1);
  REQUIRE(store.writer().begin());
  for (int i = 0; i < reports; ++i) {
    auto report = tests::random_report(random);
    report.metadata.report_id = std::to_string(random());
    REQUIRE(store.writer().reports().add(PreparedReport(report), store.provenance()));
  }
  REQUIRE(store.writer().commit());
}

std::int64_t analyzed(tests::Store& store) {
  return store.number("SELECT value FROM state WHERE name = 'analyzed'");
}

}  // namespace

TEST_CASE("whoever opens a database to write lets SQLite look at it when it has doubled") {
  tests::Store store;
  CHECK(store.number("SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_stat1'") == 0);
  add(store, 20);
  store.reopen();
  CHECK(analyzed(store) == 20);
  CHECK(store.number("SELECT count(*) FROM sqlite_stat1 WHERE tbl IN ('report', 'daily', 'daily_source')") >= 3);
  const auto known = store.text("SELECT stat FROM sqlite_stat1 WHERE idx = 'report_day'");
  CHECK_FALSE(known.empty());
  add(store, 20);
  store.reopen();
  CHECK(analyzed(store) == 20);
  CHECK(store.text("SELECT stat FROM sqlite_stat1 WHERE idx = 'report_day'") == known);
  add(store, 1);
  store.reopen();
  CHECK(analyzed(store) == 41);
  CHECK(store.text("SELECT stat FROM sqlite_stat1 WHERE idx = 'report_day'") != known);
}

TEST_CASE("looking at a database changes no answer") {
  tests::Store store;
  add(store, 30);
  const auto generation = store.number("SELECT value FROM state WHERE name = 'generation'");
  const auto all = store.dump("report record daily daily_source");
  REQUIRE(analyze_when_due(store.database()));
  CHECK(analyzed(store) == 30);
  CHECK(store.number("SELECT value FROM state WHERE name = 'generation'") == generation);
  CHECK(store.dump("report record daily daily_source") == all);
}
