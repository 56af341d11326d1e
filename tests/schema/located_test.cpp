#include "schema/located.h"

#include <string>

#include "schema/query.h"
#include "schema/record_list.h"
#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include "tests/support/make_report.h"
#include "tests/support/store.h"

using namespace schema;

namespace {

constexpr std::int64_t first_day = 20'000;

// Each address sends on a day of its own.
void fill(tests::Store& store, int days) {
  REQUIRE(store.writer().begin());
  for (int i = 0; i < days; ++i) {
    auto report = tests::make_report(std::to_string(i), i % 2 == 0 ? "even.example" : "odd.example");
    report.metadata.begin = (first_day + i) * 86400;
    report.metadata.end = report.metadata.begin + 86399;
    const auto ip = "10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256);
    report.records = {tests::make_record(ip, 3, DmarcResult::pass, DmarcResult::pass)};
    REQUIRE(store.writer().reports().add(PreparedReport(report), store.provenance()));
  }
  REQUIRE(store.writer().commit());
}

Selection selected(tests::Store& store, const Parameters& parameters) {
  const auto parsed = parse_filter(parameters);
  REQUIRE(parsed.errors.empty());
  return select(store.database(), parsed.filter, freshness(store.database()).value()).value();
}

std::int64_t record_count(tests::Store& store, const Selection& selection) {
  std::int64_t count = 0;
  REQUIRE(records(store.database(), selection, {}, [&](const FlatRecord&) { return ++count != 0; }));
  return count;
}

}  // namespace

TEST_CASE("addresses are looked for on the days on which they sent") {
  tests::Store store;
  fill(store, 20);
  CHECK_FALSE(selected(store, {{"range", "all"}}).days_of_addresses);
  CHECK_FALSE(selected(store, {{"range", "all"}, {"ip", "!10.0.0.3"}}).days_of_addresses);
  CHECK(selected(store, {{"range", "all"}, {"ip", "10.0.0.3"}}).days_of_addresses == "[[2,20003]]");
  CHECK(selected(store, {{"range", "all"}, {"ip", "10.0.0.2/31"}}).days_of_addresses == "[[1,20002],[2,20003]]");
  CHECK(selected(store, {{"range", "all"}, {"ip", "10.0.0.2/31"}, {"domain", "odd.example"}}).days_of_addresses ==
        "[[2,20003]]");
  CHECK(selected(store, {{"range", "all"}, {"ip", "192.0.2.1"}}).days_of_addresses == "[]");
  CHECK(selected(store, {{"range", "7d"}, {"ip", "10.0.0.3"}}).days_of_addresses == "[]");

  auto of_one = selected(store, {{"range", "all"}, {"ip", "10.0.0.3"}});
  CHECK(record_count(store, of_one) == 1);
  // Over other days nothing is known of them until somebody looks again.
  of_one = over(of_one, first_day, first_day + 2);
  CHECK_FALSE(of_one.days_of_addresses);
  CHECK(record_count(store, of_one) == 0);
  CHECK(located(store.database(), of_one)->days_of_addresses == "[]");
}

TEST_CASE("a thousand addresses are few, and one more is not") {
  tests::Store store;
  fill(store, 1002);
  for (const int many : {1000, 1001}) {
    auto selection = selected(store, {{"range", "all"}});
    selection.among_addresses = "[";
    for (int id = 1; id <= many; ++id) *selection.among_addresses += (id > 1 ? "," : "") + std::to_string(id);
    *selection.among_addresses += "]";
    const auto found = located(store.database(), selection).value();
    CHECK(found.days_of_addresses.has_value() == (many == 1000));
    CHECK(record_count(store, found) == many);
  }
}
