#include "schema/gathered.h"

#include <fmt/format.h>

#include <string>

#include "schema/query.h"
#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include "tests/support/store.h"

using namespace schema;

namespace {

constexpr std::int64_t first_day = 20'000;  // 2024-10-04

// One domain with `sums` From domains, each with mail of two days.
void fill_daily(tests::Store& store, std::size_t sums) {
  REQUIRE(store.database().execute("INSERT INTO domain (id, name) VALUES (1, 'example.com')"));
  REQUIRE(store.database().execute(fmt::format(R"sql(
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})
    INSERT INTO daily (domain_id, day, reporter_id, policy_id, header_from_id, result_id, messages, records)
    SELECT 1, {} + d.value, 1, 1, i, 8, 3, 1 FROM n, json_each('[0, 40]') d)sql",
                                               sums, first_day)));
}

Selection all_days() {
  Selection selection;
  selection.from = first_day;
  selection.to = first_day + 100;
  return selection;
}

}  // namespace

TEST_CASE("so many sums are gathered, one more is left to SQLite") {
  for (const auto sums : {most_gathered_sums - 1, most_gathered_sums, most_gathered_sums + 1}) {
    INFO(sums);
    tests::Store store;
    fill_daily(store, sums);
    const auto of = gathered_facts(store.database(), all_days(), {need_header_from, {"header_from_id"}}).value();
    CHECK(of.gathered == (sums <= most_gathered_sums));
    const auto total = [&](std::string_view what) {
      return number(store.database(), Query(fmt::format("SELECT {} FROM ", what)) + of.from + " WHERE " + of.where)
          .value();
    };
    CHECK(total("count(DISTINCT header_from_id)") == static_cast<std::int64_t>(sums));
    CHECK(total(fmt::format("sum({})", of.messages)) == static_cast<std::int64_t>(6 * sums));
    CHECK(total(fmt::format("sum({})", of.records)) == static_cast<std::int64_t>(2 * sums));
    CHECK(total("min(day)") == first_day);
    CHECK(total(fmt::format("max({})", of.last_day())) == first_day + 40);
  }
}

TEST_CASE("days of an interval lie together") {
  tests::Store store;
  fill_daily(store, 5);
  const auto of = gathered_facts(store.database(), all_days(), {need_header_from, {}, Interval::month}).value();
  REQUIRE(of.gathered);
  std::string months;
  REQUIRE(each_row(store.database(),
                   Query("SELECT day, messages FROM ") + of.from + " WHERE " + of.where + " ORDER BY day",
                   [&](Statement& row) {
                     months += day_text(row.integer(0)) + " " + std::to_string(row.integer(1)) + "\n";
                     return true;
                   }));
  CHECK(months == "2024-10-01 15\n2024-11-01 15\n");
}
