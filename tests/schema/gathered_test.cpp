#include "schema/gathered.h"

#include <fmt/format.h>

#include <map>
#include <string>

#include "schema/breakdown.h"
#include "schema/query.h"
#include "schema/sources.h"
#include "tests/support/add_report.h"

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

namespace {

// Two reports of one address: the first with two From domains in turn and two results, the second with one of them.
void fill_records(tests::Store& store) {
  const auto record = [](const std::string& header_from, DmarcResult dkim) {
    auto made = tests::make_record("192.0.2.1", 1, dkim, DmarcResult::fail);
    made.identifiers.header_from = header_from;
    return made;
  };
  auto first = tests::report_of(0), second = tests::report_of(1, "Other");
  first.records = {record("a.example", DmarcResult::pass), record("b.example", DmarcResult::pass),
                   record("a.example", DmarcResult::fail)};
  second.records = {record("b.example", DmarcResult::pass)};
  tests::add_report(store, first);
  tests::add_report(store, second);
}

using Reports = std::map<std::string, std::int64_t>;

Reports reports_by(Database& database, const auto& of, Dimension by) {
  Reports reports;
  REQUIRE(breakdown(database, of, {by}, {std::nullopt, std::nullopt, {}}, [&](const BreakdownRow& row) {
    reports[row.key.value()] = row.reports.value();
    return true;
  }));
  return reports;
}

}  // namespace

TEST_CASE("a report counts once under each value that it has") {
  tests::Store store;
  fill_records(store);
  const auto ip = IpAddress::parse("192.0.2.1").value();
  const auto source = with(tests::everything(store), FilterKey::ip, IpRange{ip, ip});
  auto& database = store.database();
  CHECK(reports_by(database, source, Dimension::header_from) == Reports{{"a.example", 1}, {"b.example", 2}});
  CHECK(reports_by(database, source, Dimension::reporter) == Reports{{"Receiver", 1}, {"Other", 1}});

  const auto records = source_records(database, source).value();
  REQUIRE(records.gathered);
  CHECK(reports_by(database, records, Dimension::reporter) == Reports{{"Receiver", 1}, {"Other", 1}});
}
