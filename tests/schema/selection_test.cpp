#include "schema/selection.h"

#include "schema/conditions.h"
#include "schema/day.h"
#include "tests/support/catch.h"
#include "tests/support/make_report.h"
#include "tests/support/store.h"

using namespace schema;

namespace {

Filter filter_of(const Parameters& parameters) {
  auto parsed = parse_filter(parameters);
  REQUIRE(parsed.errors.empty());
  return parsed.filter;
}

void add(tests::Store& store, const Report& report) {
  REQUIRE(store.writer().begin());
  REQUIRE(store.writer().reports().add(PreparedReport(report), store.provenance()));
  REQUIRE(store.writer().commit());
}

Report report_on(std::int64_t day, const std::string& reporter = "Receiver") {
  auto report = tests::make_report(reporter + std::to_string(day));
  report.metadata.org_name = reporter;
  report.metadata.begin = day * 86400;
  report.metadata.end = day * 86400 + 86399;
  return report;
}

FactTable table_for(const Parameters& parameters, unsigned further = need_nothing) {
  tests::Store store;
  const auto selection = select(store.database(), filter_of(parameters), {});
  REQUIRE(selection);
  return facts(*selection, further).table;
}

// The steps by which SQLite would find the rows.
std::string plan(Database& database, const Query& query) {
  std::string steps;
  const auto read = each_row(database, Query("EXPLAIN QUERY PLAN ") + query, [&](Statement& row) {
    steps += std::string(row.text(3)) + "\n";
    return true;
  });
  if (!read) FAIL(read.error().message);
  return steps;
}

std::string plan_of_facts(tests::Store& store, const Parameters& parameters, unsigned further = need_nothing) {
  const auto fresh = freshness(store.database()).value();
  const auto selection = select(store.database(), filter_of(parameters), fresh).value();
  const auto of = facts(selection, further);
  return plan(store.database(), Query("SELECT " + of.class_sums() + " FROM ") + of.from + " WHERE " + of.where);
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the window ends at the newest report day, not at the clock") {
  tests::Store store;
  add(store, report_on(20000));
  add(store, report_on(20100));
  const auto fresh = freshness(store.database()).value();
  const auto window = [&](const Parameters& parameters) {
    const auto selection = select(store.database(), filter_of(parameters), fresh).value();
    return std::pair(*selection.from, *selection.to);
  };
  using Days = std::pair<std::int64_t, std::int64_t>;
  CHECK(window({}) == Days(20071, 20100));
  CHECK(window({{"range", "7d"}}) == Days(20094, 20100));
  CHECK(window({{"range", "12m"}}) == Days(19736, 20100));
  CHECK(window({{"range", "all"}}) == Days(20000, 20100));
  CHECK(window({{"from", day_text(20050)}}) == Days(20050, 20100));
  CHECK(window({{"to", day_text(20050)}}) == Days(20021, 20050));
  CHECK(window({{"from", day_text(30000)}}) == Days(30000, 30000));
}

TEST_CASE("the cheapest table that knows every dimension answers") {
  CHECK(table_for({}) == FactTable::report);
  CHECK(table_for({{"domain", "example.com"}, {"reporter", "x"}, {"policy", "none"}}) == FactTable::report);
  CHECK(table_for({{"domain", "example.com"}, {"reporter", "x"}, {"policy", "none"}, {"spf", "fail"}}) ==
        FactTable::daily);
  CHECK(table_for({{"header_from", "example.com"}}) == FactTable::daily);
  CHECK(table_for({{"class", "pass_one"}}, need_reporter | need_reports) == FactTable::report);
  CHECK(table_for({{"report", "1"}}) == FactTable::report);
  CHECK(table_for({{"ip", "192.0.2.1"}}) == FactTable::daily_source);
  CHECK(table_for({}, need_address) == FactTable::daily_source);
  CHECK(table_for({{"ip", "192.0.2.1"}, {"domain", "example.com"}, {"disposition", "none"}}) ==
        FactTable::daily_source);
  CHECK(table_for({{"ip", "192.0.2.1"}, {"reporter", "x"}}) == FactTable::record);
  CHECK(table_for({{"dkim_domain", "example.com"}}) == FactTable::record);
  CHECK(table_for({{"spf", "fail"}}, need_reports) == FactTable::record);
}

TEST_CASE("no table is scanned where the days or addresses tell which rows") {
  tests::Store store;
  add(store, report_on(20000));
  const auto sums = plan_of_facts(store, {});
  INFO(sums);
  CHECK(has(sums, "SEARCH p USING COVERING INDEX report_sums (day>? AND day<?)"));

  const auto daily = plan_of_facts(store, {}, need_header_from);
  INFO(daily);
  CHECK(has(daily, "SEARCH f USING PRIMARY KEY (domain_id=? AND day>? AND day<?)"));

  const auto sources = plan_of_facts(store, {}, need_address);
  INFO(sources);
  CHECK(has(sources, "SEARCH f USING PRIMARY KEY (domain_id=? AND day>? AND day<?)"));

  const auto by_report = plan_of_facts(store, {}, need_reports);
  INFO(by_report);
  CHECK(has(by_report, "SEARCH p USING COVERING INDEX report_sums (day>? AND day<?)"));

  const auto details = plan_of_facts(store, {{"envelope_to", "unknown"}});
  INFO(details);
  CHECK(has(details, "INDEX report_day (day>? AND day<?)"));
  CHECK(has(details, "SCAN f VIRTUAL TABLE INDEX 1:one report"));

  const auto hot = plan_of_facts(store, {{"ip", "192.0.2.1"}}, need_details);
  INFO(hot);
  CHECK(has(hot, "INDEX report_domain_day (domain_id=? AND day=?)"));
  CHECK_FALSE(has(hot, "every report"));
  CHECK(has(hot, "SCAN f VIRTUAL TABLE INDEX 1:one report"));
}

TEST_CASE("subdomains are those below a dot, and names hold no wildcards") {
  tests::Store store;
  for (const auto* domain :
       {"example.com", "mail.example.com", "a.mail.example.com", "badexample.com", "exa_ple.com"}) {
    add(store, tests::make_report(domain, domain));
  }
  const auto fresh = freshness(store.database()).value();
  const auto reports = [&](const std::string& domain) {
    const auto selection = select(store.database(), filter_of({{"domain", domain}}), fresh).value();
    return number(store.database(), Query("SELECT count(*) FROM report p WHERE ") + reports_where(selection)).value();
  };
  CHECK(reports("example.com") == 1);
  CHECK(reports("*.example.com") == 3);
  CHECK(reports("!example.com") == 4);
  CHECK(reports("!*.example.com") == 2);
  CHECK(reports("*.exa_ple.com") == 1);
}

TEST_CASE("a text is looked for in names, addresses and ids, taken literally") {
  tests::Store store;
  add(store, tests::make_report("id-100%", "example.com"));
  add(store, tests::make_report("other", "example.org"));
  const auto fresh = freshness(store.database()).value();
  const auto found = [&](const std::string& text) {
    const auto selection = select(store.database(), filter_of({{"q", text}}), fresh).value();
    const auto of = facts(selection, need_details);
    return number(store.database(), Query("SELECT count(DISTINCT p.id) FROM ") + of.from + " WHERE " + of.where)
        .value();
  };
  CHECK(found("example.org") == 1);
  CHECK(found("100%") == 1);
  CHECK(found("%") == 1);
  CHECK(found("Receiver") == 2);
  CHECK(found("2.0.2") == 2);
  CHECK(found("2001:DB8") == 2);
  CHECK(found("nothing") == 0);
}

TEST_CASE("freshness waits for the usual reporters alone") {
  tests::Store store;
  auto& database = store.database();
  CHECK_FALSE(freshness(database)->as_of.has_value());
  for (std::int64_t day = 20000; day <= 20020; ++day) {
    add(store, report_on(day, "Daily"));
    if (day < 20020) add(store, report_on(day, "Late"));
    if (day < 20015) add(store, report_on(day, "Silent"));
    if (day % 7 == 0) add(store, report_on(day, "Rare"));
  }
  const auto fresh = freshness(database).value();
  CHECK(fresh.first_day == 20000);
  CHECK(fresh.as_of == 20020);
  CHECK(fresh.usual_reporters == 2);
  CHECK(fresh.complete_through == 20019);
  add(store, report_on(20020, "Late"));
  CHECK(freshness(database)->complete_through == 20020);
  CHECK(freshness(database)->generation > fresh.generation);
}

TEST_CASE("a first report is fresh by itself") {
  tests::Store store;
  add(store, report_on(20000));
  const auto fresh = freshness(store.database()).value();
  CHECK(fresh.usual_reporters == 1);
  CHECK(fresh.complete_through == 20000);
}
