#include "schema/week_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <random>

#include "schema/address_text.h"
#include "schema/day.h"
#include "schema/gathered.h"
#include "schema/located.h"
#include "schema/packed_weeks.h"
#include "schema/pruning.h"
#include "schema/query.h"
#include "schema/sources.h"
#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include "tests/support/make_report.h"
#include "tests/support/store.h"

using namespace schema;

namespace {

constexpr std::int64_t monday = 20'703;  // 2026-09-07
constexpr int days = 40;                 // from then on: five whole weeks, and five days of the sixth

void fill(tests::Store& store, unsigned seed) {
  std::mt19937 random(seed);
  REQUIRE(store.writer().begin());
  for (int i = 0; i < 4 * days; ++i) {
    auto report = tests::random_report(random);
    report.metadata.report_id = std::to_string(i);
    report.metadata.begin = (monday + i % days) * 86400;
    report.metadata.end = report.metadata.begin + 86399;
    REQUIRE(store.writer().reports().add(PreparedReport(report), store.provenance()));
  }
  REQUIRE(store.writer().commit());
}

void pack_all(tests::Store& store) {
  while (pack_week(store.writer()).value()) continue;
}

Selection selected(tests::Store& store, const Parameters& parameters) {
  const auto parsed = parse_filter(parameters);
  REQUIRE(parsed.errors.empty());
  return select(store.database(), parsed.filter, freshness(store.database()).value()).value();
}

std::string address(tests::Store& store) {
  std::string text;
  REQUIRE(each_row(store.database(), "SELECT ip FROM address WHERE ip <> x'' ORDER BY id LIMIT 1", [&](Statement& row) {
    text = address_text(row.blob(0)).value();
    return true;
  }));
  return text;
}

// The sums of some columns, in words.
std::string gathered(tests::Store& store, const Selection& selection, const Gathering& wanted) {
  const auto of = gathered_facts(store.database(), selection, wanted);
  REQUIRE(of);
  CHECK(of->gathered);
  const auto columns =
      fmt::format("f.result_id, day{}{}", wanted.columns.empty() ? "" : ", ", fmt::join(wanted.columns, ", "));
  std::string all;
  const auto tell = [&](const std::string& sums, const std::string& by) {
    REQUIRE(each_row(store.database(),
                     Query(fmt::format("SELECT {}, {} FROM ", by, sums)) + of->from + " WHERE " + of->where +
                         Query(" GROUP BY " + by + " ORDER BY " + by),
                     [&](Statement& row) {
                       for (int i = 0; i < static_cast<int>(std::ranges::count(sums + by, ',')) + 2; ++i)
                         all += row.is_null(i) ? "null " : std::to_string(row.integer(i)) + ' ';
                       all += '\n';
                       return true;
                     }));
  };
  tell(fmt::format("max({}), sum({}), sum({})", of->last_day(), of->messages, of->records), columns);
  // Reports are counted by what they have one of.
  for (const std::string_view by : {"domain_id", "reporter_id"}) {
    const bool counted = of->table == FactTable::record && std::ranges::count(wanted.columns, by) > 0;
    if (counted) tell(std::string(of->report_count()), std::string(by));
  }
  return all;
}

struct Asked {
  Parameters question;
  Gathering wanted;
};

// What only `daily` knows, and what only `record` knows.
std::vector<Asked> all_asked(tests::Store& store) {
  std::vector<Parameters> questions = {
      {{"range", "all"}},
      {{"range", "30d"}},
      {{"range", "7d"}, {"domain", "domain1.example"}},
      {{"range", "all"}, {"domain", "!domain1.example"}},
      {{"range", "all"}, {"class", "!pass_both"}, {"disposition", "none"}},
      {{"range", "all"}, {"spf", "fail"}},
      {{"range", "all"}, {"reporter", "Org1"}},
  };
  for (const std::int64_t from : {-3, 0, 1, 7, 8}) {
    for (const std::int64_t to : {6, 7, 12, 13, 34, 50}) {
      if (from <= to) questions.push_back({{"from", day_text(monday + from)}, {"to", day_text(monday + to)}});
    }
  }
  const std::vector<Gathering> wanted = {
      {need_result | need_records, {}},
      {need_policy | need_result, {"domain_id", "policy_id"}},
      {need_header_from, {"header_from_id", "reporter_id"}},
      {need_result, {}, Interval::week},
      {need_details, {"domain_id", "auth_id"}},
      {need_details, {"reporter_id", "policy_id", "header_from_id", "envelope_from_id", "auth_id", "override_id"}},
      {need_details, {"envelope_from_id"}, Interval::day},
  };
  std::vector<Asked> all;
  for (const auto& question : questions) {
    for (const auto& one : wanted) {
      all.push_back({question, one});
      if ((one.needs & need_details) == 0) continue;
      for (const auto& ip : {address(store), std::string("192.0.2.0/24"), "!" + address(store)}) {
        all.push_back({question, one});
        all.back().question.emplace_back("ip", ip);
      }
    }
  }
  return all;
}

}  // namespace

TEST_CASE("what is gathered from packed weeks is what their tables say, whatever is asked") {
  const auto seed = GENERATE(1u, 2u);
  tests::Store store;
  fill(store, seed);
  const auto all = all_asked(store);
  std::vector<std::string> expected;
  for (const auto& one : all) expected.push_back(gathered(store, selected(store, one.question), one.wanted));
  REQUIRE((expected[0] != expected[4]));
  pack_all(store);
  for (std::size_t i = 0; i < all.size(); ++i) {
    INFO(i);
    CHECK((gathered(store, selected(store, all[i].question), all[i].wanted) == expected[i]));
  }
}

TEST_CASE("tables of packed weeks are not looked at") {
  tests::Store store;
  fill(store, 3);
  const Parameters of_address = {{"from", day_text(monday + 2)}, {"to", day_text(monday + 30)}, {"ip", address(store)}};
  const Parameters of_all = {{"from", day_text(monday + 2)}, {"to", day_text(monday + 30)}};
  const std::vector<Asked> all = {
      {of_all, {need_result | need_records, {}}},
      {of_all, {need_policy | need_result, {"domain_id", "policy_id"}}},
      {of_all, {need_details, {"domain_id", "auth_id"}}},
      {of_address, {need_details, {"reporter_id", "envelope_from_id", "override_id"}}},
  };
  std::vector<std::string> expected;
  for (const auto& one : all) expected.push_back(gathered(store, selected(store, one.question), one.wanted));
  pack_all(store);
  REQUIRE(store.database().execute_script("DELETE FROM report_records; DELETE FROM daily; DELETE FROM daily_source"));
  for (std::size_t i = 0; i < all.size(); ++i) {
    INFO(i);
    CHECK((gathered(store, selected(store, all[i].question), all[i].wanted) == expected[i]));
  }
}

TEST_CASE("records that were pruned are gone from packed weeks, too, where their totals stay") {
  tests::Store store;
  fill(store, 4);
  pack_all(store);
  const Parameters question = {{"range", "all"}, {"ip", "192.0.2.0/24"}};
  const Gathering details = {need_details, {"domain_id", "auth_id"}}, results = {need_result | need_records, {}};
  const auto whole = gathered(store, selected(store, question), details);
  const auto sums = gathered(store, selected(store, {{"range", "all"}}), results);
  const auto prune = [&](std::int64_t before_day) {
    const PruneRule rule{before_day, std::nullopt, true, (monday + 50) * 86400};
    while (!prune_step(store.writer(), rule).value().complete) continue;
  };
  prune(monday + 3);
  const auto weeks = store.database().integers("SELECT week FROM weekly_detail ORDER BY week").value();
  CHECK(weeks == std::vector<std::int64_t>{monday + 7, monday + 14, monday + 21, monday + 28});
  prune(monday + 10);
  CHECK(store.number("SELECT min(week) FROM weekly_detail") == monday + 14);
  CHECK(store.number("SELECT min(id) >> 32 FROM weekly_record") == monday + 14);
  const auto left = gathered(store, selected(store, question), details);
  CHECK((left != whole));
  REQUIRE(store.database().execute_script("DELETE FROM weekly_detail; DELETE FROM weekly_record"));
  CHECK((gathered(store, selected(store, question), details) == left));
  CHECK((gathered(store, selected(store, {{"range", "all"}}), results) == sums));
  CHECK(wrong_weeks(store.database()).value().empty());
}

TEST_CASE("packed rows that are damaged are found, and told") {
  tests::Store store;
  fill(store, 5);
  pack_all(store);
  const auto all = selected(store, {{"range", "all"}});
  const Gathering details = {need_details, {"domain_id", "auth_id"}}, results = {need_result | need_records, {}};
  const auto [damage, wanted] = GENERATE_REF(table<const char*, Gathering>({
      {"UPDATE weekly_result SET bytes = substr(bytes, 1, length(bytes) - 1)", results},
      {"UPDATE weekly_detail SET details = substr(details, 1, length(details) - 1)", details},
      {"UPDATE weekly_record SET bytes = substr(bytes, 1, length(bytes) - 1)", details},
      {"UPDATE weekly_detail SET details = x''", details},  // of which there are none
      {"UPDATE weekly_record SET bytes = CAST(x'ffffff7f' || substr(bytes, 3) AS BLOB)", details},  // of no report
  }));
  INFO(damage);
  REQUIRE(store.database().execute(damage));
  CHECK(wrong_weeks(store.database()).value().size() == 5);
  const auto told = gathered_facts(store.database(), all, wanted);
  REQUIRE_FALSE(told);
  CHECK(told.error().code == "corrupt");
}

TEST_CASE("when a source was first and last seen is found from both ends") {
  tests::Store store;
  const auto add = [&](int n, std::int64_t day, const char* ip) {
    auto report = tests::make_report(std::to_string(n));
    report.metadata.begin = day * 86400;
    report.metadata.end = report.metadata.begin + 86399;
    report.records = {tests::make_record(ip, 1, DmarcResult::pass, DmarcResult::pass)};
    REQUIRE(store.writer().begin());
    REQUIRE(store.writer().reports().add(PreparedReport(report), store.provenance()));
    REQUIRE(store.writer().commit());
  };
  const auto seen = [&](const char* ip) -> std::pair<std::int64_t, std::int64_t> {
    const auto found = source_seen(store.database(), *IpAddress::parse(ip)).value();
    return found ? std::pair(found->first, found->last) : std::pair<std::int64_t, std::int64_t>(0, 0);
  };
  CHECK(seen("192.0.2.1") == std::pair<std::int64_t, std::int64_t>(0, 0));
  int n = 0;
  for (const std::int64_t day : {0, 27, 28, 83, 84, 85, 500, 971, 972, 999}) add(++n, monday + day, "192.0.2.1");
  add(++n, monday + 300, "192.0.2.2");
  for (const std::int64_t day : {28, 971}) add(++n, monday + day, "192.0.2.3");
  for (const std::int64_t day : {27, 29}) add(++n, monday + day, "192.0.2.4");
  for (const std::int64_t day : {83, 84, 999}) add(++n, monday + day, "192.0.2.5");
  for (int round = 0; round < 2; ++round) {
    CHECK(seen("192.0.2.1") == std::pair(monday, monday + 999));
    CHECK(seen("192.0.2.2") == std::pair(monday + 300, monday + 300));
    CHECK(seen("192.0.2.3") == std::pair(monday + 28, monday + 971));
    CHECK(seen("192.0.2.4") == std::pair(monday + 27, monday + 29));
    CHECK(seen("192.0.2.5") == std::pair(monday + 83, monday + 999));
    CHECK(seen("192.0.2.9") == std::pair<std::int64_t, std::int64_t>(0, 0));
    pack_all(store);
  }
}
