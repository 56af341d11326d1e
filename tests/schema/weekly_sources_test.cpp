#include "schema/weekly_sources.h"

#include <algorithm>
#include <map>
#include <random>

#include "schema/address_text.h"
#include "schema/breakdown.h"
#include "schema/check.h"
#include "schema/day.h"
#include "schema/packed_weeks.h"
#include "schema/pruning.h"
#include "schema/record_list.h"
#include "schema/source_facts.h"
#include "schema/source_sums.h"
#include "schema/sources.h"
#include "schema/timeseries.h"
#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include "tests/support/make_report.h"
#include "tests/support/store.h"

using namespace schema;

namespace {

constexpr std::int64_t monday = 20'703;  // 2026-09-07
constexpr int days = 40;                 // from then on: five whole weeks, and five days of the sixth

Report random_report(std::mt19937& random, std::int64_t n, std::int64_t day) {
  auto report = tests::random_report(random);
  report.metadata.report_id = std::to_string(n);
  report.metadata.begin = day * 86400;
  report.metadata.end = report.metadata.begin + 86399;
  return report;
}

std::int64_t add(tests::Store& store, const Report& report) {
  REQUIRE(store.writer().begin());
  const auto added = store.writer().reports().add(PreparedReport(report), store.provenance());
  REQUIRE(added);
  REQUIRE(store.writer().commit());
  return added->report_id;
}

// Reports on all days.
void fill(tests::Store& store, unsigned seed = 3) {
  std::mt19937 random(seed);
  REQUIRE(store.writer().begin());
  for (int i = 0; i < 4 * days; ++i) {
    const auto report = random_report(random, i, monday + i % days);
    REQUIRE(store.writer().reports().add(PreparedReport(report), store.provenance()));
  }
  REQUIRE(store.writer().commit());
}

int pack_all(tests::Store& store) {
  int packed = 0;
  for (;;) {
    const auto one = pack_week(store.writer());
    REQUIRE(one);
    if (!*one) return packed;
    ++packed;
  }
}

std::vector<std::int64_t> weeks(tests::Store& store) {
  return store.database().integers("SELECT DISTINCT week FROM weekly_source ORDER BY week").value();
}

Selection selected(tests::Store& store, const Parameters& parameters) {
  const auto parsed = parse_filter(parameters);
  REQUIRE(parsed.errors.empty());
  return select(store.database(), parsed.filter, freshness(store.database()).value()).value();
}

// What is said of totals: the mails of these reports have no attachments.
std::vector<std::string> wrong_totals(tests::Store& store) {
  auto found = contradictions(store.database()).value();
  std::erase_if(found, [](const std::string& one) { return one.find("mail ") == 0; });
  return found;
}

using Sums = std::map<std::int64_t, std::vector<std::int64_t>>;

// All that is known of sources, each with its domains.
Sums sums_of(tests::Store& store, const Selection& selection, const std::string& order = "") {
  Sums sums;
  PageRequest page;
  page.order = {order, true};
  REQUIRE(each_source(
      store.database(), selection, page, 0, SourceDomains::counted, [&](const SourceSum& sum, std::string_view) {
        auto& one = sums[sum.address_id] = {sum.domains, sum.first_seen, sum.last_seen, sum.classes.messages};
        one.insert(one.end(), sum.classes.by_class.begin(), sum.classes.by_class.end());
        return true;
      }));
  return sums;
}

std::vector<Parameters> questions() {
  std::vector<Parameters> all = {
      {{"range", "all"}},
      {{"range", "30d"}},
      {{"range", "7d"}},
      {{"range", "all"}, {"class", "pass_both"}},
      {{"range", "all"}, {"class", "!pass_both"}, {"disposition", "none"}},
      {{"range", "all"}, {"spf", "fail"}},
      {{"range", "all"}, {"country", "unknown"}},
      {{"range", "all"}, {"domain", "domain1.example"}},
      {{"range", "all"}, {"ip", "!192.0.2.1"}},
      {{"range", "all"}, {"reporter", "Org1"}},
  };
  // Weeks that are whole, and such as lack a day at either end.
  for (const std::int64_t from : {-3, 0, 1, 6, 7, 8}) {
    for (const std::int64_t to : {5, 6, 7, 12, 13, 14, 34, 50}) {
      if (from <= to) all.push_back({{"from", day_text(monday + from)}, {"to", day_text(monday + to)}});
    }
  }
  return all;
}

}  // namespace

TEST_CASE("a week is packed when a later one has begun") {
  tests::Store store;
  std::mt19937 random(1);
  CHECK(pack_all(store) == 0);
  add(store, random_report(random, 1, monday));
  add(store, random_report(random, 2, monday + 6));
  CHECK(pack_all(store) == 0);
  add(store, random_report(random, 3, monday + 7));
  CHECK(pack_all(store) == 1);
  CHECK(weeks(store) == std::vector<std::int64_t>{monday});
  add(store, random_report(random, 4, monday + 30));
  CHECK(pack_all(store) == 1);
  CHECK(weeks(store) == std::vector<std::int64_t>{monday, monday + 7});
  CHECK(pack_all(store) == 0);
}

TEST_CASE("the newest week is packed when that is asked for, until the next report of it") {
  tests::Store store;
  std::mt19937 random(1);
  add(store, random_report(random, 1, monday));
  add(store, random_report(random, 2, monday + 8));
  CHECK(week_to_pack(store.database(), NewestWeek::packed).value() == monday);
  CHECK(pack_all(store) == 1);
  CHECK(week_to_pack(store.database()).value() == std::nullopt);
  CHECK(week_to_pack(store.database(), NewestWeek::packed).value() == monday + 7);
  CHECK(pack_week(store.writer(), NewestWeek::packed).value());
  CHECK_FALSE(pack_week(store.writer(), NewestWeek::packed).value());
  CHECK(weeks(store) == std::vector<std::int64_t>{monday, monday + 7});
  add(store, random_report(random, 3, monday + 8));
  CHECK(weeks(store) == std::vector<std::int64_t>{monday});
  for (const auto* table : {"weekly_days", "weekly_result", "weekly_record"}) {
    INFO(table);
    const auto of_week = std::string(" FROM ") + table + " WHERE id >> 32 = ";
    CHECK(store.number("SELECT count(*)" + of_week + std::to_string(monday + 7)) == 0);
    CHECK(store.number("SELECT count(*)" + of_week + std::to_string(monday)) > 0);
  }
  CHECK(store.number("SELECT sum(week) FROM weekly_detail") == monday);
  CHECK(wrong_totals(store) == std::vector<std::string>());
}

TEST_CASE("sources of packed weeks are those of their days, whatever is asked") {
  tests::Store store;
  fill(store);
  std::vector<Sums> expected;
  std::vector<std::int64_t> counts;
  for (const auto& question : questions()) {
    const auto selection = selected(store, question);
    expected.push_back(sums_of(store, selection));
    counts.push_back(count_sources(store.database(), selection).value());
  }
  REQUIRE(expected.front().size() > 9);
  CHECK(pack_all(store) == 5);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    INFO(i);
    const auto selection = selected(store, questions()[i]);
    CHECK(sums_of(store, selection) == expected[i]);
    CHECK(sums_of(store, selection, "domains") == expected[i]);
    CHECK(count_sources(store.database(), selection).value() == counts[i]);
  }
}

TEST_CASE("days of packed weeks are not looked at") {
  tests::Store store;
  fill(store);
  const auto asked = [&](const Parameters& parameters) {
    const auto selection = selected(store, parameters);
    const auto sums = source_sums(store.database(), selection, SourceDomains::left_out).value();
    std::map<std::int64_t, std::int64_t> messages;
    for (const auto& sum : sums) messages[sum.address_id] = sum.classes.messages;
    return std::pair(messages, count_sources(store.database(), selection).value());
  };
  const std::vector<Parameters> all = {{{"range", "all"}}, {{"range", "30d"}}, {{"range", "all"}, {"dkim", "pass"}}};
  std::vector<decltype(asked(all[0]))> expected;
  for (const auto& question : all) expected.push_back(asked(question));
  pack_all(store);
  // 30 days begin on the fourth day of the second week and end on the fifth of the sixth.
  REQUIRE(store.database().execute("DELETE FROM daily_source WHERE day < ?", monday + 35));
  for (std::size_t i = 0; i < all.size(); ++i) {
    INFO(i);
    CHECK(asked(all[i]) == expected[i]);
  }
}

TEST_CASE("packed weeks of many domains are told apart") {
  tests::Store store;
  constexpr int domains = 20;
  for (int i = 0; i < 2 * domains; ++i) {
    auto report = tests::make_report(std::to_string(i), "domain" + std::to_string(i % domains) + ".example");
    report.metadata.begin = (monday + i % 9) * 86400;
    report.metadata.end = report.metadata.begin + 86399;
    report.records = {
        tests::make_record("192.0.2." + std::to_string(i % 7), 1 + i, DmarcResult::pass, DmarcResult::pass)};
    add(store, report);
  }
  const std::vector<Parameters> questions = {{{"range", "all"}},
                                             {{"range", "all"}, {"domain", "!domain3.example"}},
                                             {{"range", "all"}, {"domain", "domain3.example"}}};
  std::vector<Sums> expected;
  for (const auto& question : questions) expected.push_back(sums_of(store, selected(store, question), "domains"));
  REQUIRE(expected[0] != expected[1]);
  REQUIRE(pack_week(store.writer(), NewestWeek::packed).value());
  REQUIRE(pack_week(store.writer(), NewestWeek::packed).value());
  for (std::size_t i = 0; i < questions.size(); ++i) {
    INFO(i);
    CHECK(sums_of(store, selected(store, questions[i]), "domains") == expected[i]);
  }
}

TEST_CASE("sources come out of packed weeks, whatever is asked of them") {
  tests::Store store;
  fill(store);
  const auto ips = [&] {
    std::vector<std::string> all;
    REQUIRE(each_row(store.database(), "SELECT ip FROM address WHERE ip <> x'' ORDER BY id", [&](Statement& row) {
      all.push_back(address_text(row.blob(0)).value());
      return true;
    }));
    return all;
  }();
  std::vector<Parameters> questions;
  for (const auto& ip : {ips.front(), ips.back(), std::string("0.0.0.0/0"), std::string("203.0.113.250"),
                         "!" + ips.front(), std::string()}) {
    for (const auto& more : std::vector<Parameters>{{{"range", "all"}},
                                                    {{"range", "7d"}},
                                                    {{"range", "30d"}, {"domain", "domain1.example"}},
                                                    {{"range", "30d"}, {"domain", "!domain1.example"}},
                                                    {{"range", "all"}, {"class", "pass_both"}},
                                                    {{"range", "all"}, {"spf", "!fail"}},
                                                    {{"range", "all"}, {"reporter", "Org1"}}}) {
      questions.push_back(more);
      if (!ip.empty()) questions.back().emplace_back("ip", ip);
    }
  }
  // All that is told of it, in words.
  const auto told = [&](const Parameters& question) {
    auto& database = store.database();
    const auto selection = selected(store, question);
    std::string all;
    const auto add = [&all](auto... numbers) { ((all += std::to_string(numbers) + ' '), ...); };
    const auto add_classes = [&](const ClassCounts& classes) {
      add(classes.messages);
      for (const auto messages : classes.by_class) add(messages);
    };
    add_classes(totals(database, selection).value());
    add(record_count(database, selection).value());
    const auto series =
        timeseries(database, selection, freshness(database).value(), Interval::day, SeriesBy::domain, 9);
    for (const auto& point : series->points) {
      add_classes(point.classes);
      add(point.reporters);
      for (const auto& [domain, messages] : point.by) all += domain + ' ' + std::to_string(messages) + ' ';
    }
    for (const auto by : {Dimension::domain, Dimension::disposition, Dimension::ip}) {
      REQUIRE(breakdown(database, selection, {by}, {}, [&](const BreakdownRow& row) {
        all += row.key.value_or("none") + ' ';
        add(row.first_seen, row.last_seen);
        add_classes(row.classes);
        return true;
      }));
    }
    REQUIRE(records(database, selection, {}, [&](const FlatRecord& row) {
      add(row.report, row.record);
      return true;
    }));
    REQUIRE(sources(database, selection, {}, [&](const SourceRow& row) {
      all += row.ip.value_or("none") + ' ';
      add(row.domains, row.first_seen, row.last_seen);
      for (const auto& day : row.strip) add(day.pass, day.fail, day.unknown);
      return true;
    }));
    const auto whole = summary(database, selection).value();
    add(whole.reports, whole.records, whole.sources, whole.domains);
    for (const auto messages : whole.disposition) add(messages);
    for (const auto messages : whole.spf) add(messages);
    const auto seen = source_seen(database, *IpAddress::parse(ips.front())).value();
    add(seen->first, seen->last);
    return all;
  };
  std::vector<std::string> expected;
  for (const auto& question : questions) expected.push_back(told(question));
  REQUIRE(expected.front() != expected.back());
  CHECK(pack_all(store) == 5);
  for (std::size_t i = 0; i < questions.size(); ++i) {
    INFO(i);
    CHECK(told(questions[i]) == expected[i]);
  }
  REQUIRE(store.database().execute("DELETE FROM daily_source WHERE day < ?", monday + 35));
  for (std::size_t i = 0; i < questions.size(); ++i) {
    // Of all sources of a domain, the days of weeks that are not whole lie together there.
    const auto has = [&](std::string_view key) {
      return std::ranges::any_of(
          questions[i], [&](const auto& one) { return one.first == key && (key == "domain" || one.second[0] != '!'); });
    };
    if (has("domain") && !has("ip")) continue;
    INFO(i);
    CHECK(told(questions[i]) == expected[i]);
  }
}

TEST_CASE("whatever changes a day takes its week away, and no other") {
  tests::Store store;
  fill(store);
  std::mt19937 random(9);
  const std::vector<std::int64_t> all = {monday, monday + 7, monday + 14, monday + 21, monday + 28};
  const auto without = [&](std::int64_t week) {
    auto rest = all;
    std::erase(rest, week);
    return rest;
  };
  pack_all(store);
  REQUIRE(weeks(store) == all);

  auto late = random_report(random, 1000, monday + 9);
  late.records.push_back(tests::make_record("192.0.2.77", 5, DmarcResult::pass, DmarcResult::pass));
  REQUIRE(store.writer().begin());
  REQUIRE(store.writer().reports().add(PreparedReport(late), store.provenance()));
  store.writer().rollback();
  CHECK(weeks(store) == all);
  const auto id = add(store, late);
  CHECK(weeks(store) == without(monday + 7));
  CHECK(pack_all(store) == 1);

  auto other = late;
  other.records.back().count = 6;
  REQUIRE(store.writer().begin());
  REQUIRE(store.writer().reports().replace(id, PreparedReport(other), store.provenance()));
  REQUIRE(store.writer().commit());
  CHECK(weeks(store) == without(monday + 7));
  CHECK(pack_all(store) == 1);
  REQUIRE(store.writer().begin());
  REQUIRE(store.writer().reports().remove(id));
  REQUIRE(store.writer().commit());
  CHECK(weeks(store) == without(monday + 7));
  CHECK(pack_all(store) == 1);
  CHECK(wrong_totals(store) == std::vector<std::string>());
}

TEST_CASE("pruning takes the weeks away that it touches, and none where totals stay") {
  tests::Store store;
  fill(store);
  pack_all(store);
  const auto before = selected(store, {{"range", "all"}});
  const auto sums = sums_of(store, before);
  const auto prune = [&](std::int64_t day, bool keep) {
    while (!prune_step(store.writer(), {day, std::nullopt, keep, day * 86400}).value().complete) continue;
    CHECK(wrong_totals(store) == std::vector<std::string>());
  };
  prune(monday + 10, true);
  CHECK(weeks(store).size() == 5);
  CHECK(sums_of(store, before) == sums);
  prune(monday + 10, false);
  CHECK(weeks(store) == std::vector<std::int64_t>{monday + 14, monday + 21, monday + 28});
  CHECK(pack_all(store) == 1);
  CHECK(wrong_totals(store) == std::vector<std::string>());
}

TEST_CASE("packed weeks are right after any batch, and packed anew they are the same") {
  const auto seed = GENERATE(range(1u, 7u));
  INFO("seed " << seed);
  std::mt19937 random(seed);
  tests::Store store;
  fill(store, seed);
  std::vector<std::int64_t> stored =
      store.database().integers("SELECT id FROM report WHERE day < ?", monday + 35).value();
  for (int batch = 0; batch < 12; ++batch) {
    for (auto n = random() % 6; n > 0; --n) REQUIRE(pack_week(store.writer()));
    REQUIRE(store.writer().begin());
    const auto before = stored;
    for (int i = 0; i < 3; ++i) {
      if (random() % 2 == 0) {
        const auto report =
            random_report(random, 1000 + 10 * batch + i, monday + static_cast<std::int64_t>(random() % 35));
        stored.push_back(store.writer().reports().add(PreparedReport(report), store.provenance())->report_id);
      } else {
        const auto which = random() % stored.size();
        REQUIRE(store.writer().reports().remove(stored[which]));
        stored.erase(stored.begin() + static_cast<std::ptrdiff_t>(which));
      }
    }
    if (random() % 4 == 0) {
      store.writer().rollback();
      stored = before;
    } else {
      REQUIRE(store.writer().commit());
    }
    CHECK(wrong_weeks(store.database()).value() == std::vector<std::int64_t>());
  }
  pack_all(store);
  const auto kept = store.dump("weekly_source weekly_days weekly_result weekly_detail weekly_record");
  REQUIRE(Rollups::rebuild(store.database()));
  CHECK(weeks(store).empty());
  pack_all(store);
  CHECK(store.dump("weekly_source weekly_days weekly_result weekly_detail weekly_record") == kept);
}

TEST_CASE("a week that is not what its days say is found, and one that cannot be read is told") {
  tests::Store store;
  fill(store);
  pack_all(store);
  REQUIRE(store.database().execute("UPDATE weekly_source SET sums = substr(sums, 1, length(sums) - 1) WHERE week = ?",
                                   monday + 14));
  CHECK(wrong_weeks(store.database()).value() == std::vector<std::int64_t>{monday + 14});
  CHECK(wrong_totals(store) == std::vector<std::string>{"what is packed of the week of " + day_text(monday + 14) +
                                                        " is not what its days say"});
  REQUIRE(store.database().execute("UPDATE weekly_days SET bytes = substr(bytes, 1, length(bytes) - 1)"));
  CHECK(wrong_weeks(store.database()).value().size() == 5);
  auto picked = selected(store, {{"range", "all"}});
  picked.among_addresses = "[1]";
  for (const auto& selection : {selected(store, {{"range", "all"}}), picked}) {
    const auto sums = source_sums(store.database(), selection, SourceDomains::counted);
    REQUIRE_FALSE(sums);
    CHECK(sums.error().code == "corrupt");
  }
  // Broken off; an address that is none; a class that is none.
  for (const auto* bytes : {"sums", "x'ffffffff7f010100'", "x'010501' || x'00'"}) {
    REQUIRE(store.database().execute(
        std::string("UPDATE weekly_source SET sums = CAST(") + bytes + " AS BLOB) WHERE week = ?", monday + 14));
    const auto sums = source_sums(store.database(), selected(store, {{"range", "all"}}), SourceDomains::left_out);
    REQUIRE_FALSE(sums);
    CHECK(sums.error().code == "corrupt");
  }
}
