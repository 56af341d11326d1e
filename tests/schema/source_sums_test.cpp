#include "schema/source_sums.h"

#include <map>
#include <random>
#include <set>

#include "schema/address_text.h"
#include "schema/packed_weeks.h"
#include "schema/query.h"
#include "schema/source_facts.h"
#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include "tests/support/make_report.h"
#include "tests/support/store.h"

using namespace schema;

namespace {

void fill(tests::Store& store, int reports) {
  std::mt19937 random(5);
  REQUIRE(store.writer().begin());
  for (int i = 0; i < reports; ++i) {
    REQUIRE(store.writer().reports().add(PreparedReport(tests::random_report(random)), store.provenance()));
  }
  REQUIRE(store.writer().commit());
}

Selection everything(Database& database) {
  Filter filter;
  filter.span = Span::all;
  return select(database, filter, freshness(database).value()).value();
}

// What the records of an address say: an expression of `record` and `report`.
std::int64_t of_records(tests::Store& store, std::int64_t address_id, const std::string& what) {
  return store.number(
      "SELECT " + what +
      " FROM record JOIN report ON report.id = record.report_id WHERE address_id = " + std::to_string(address_id));
}

}  // namespace

TEST_CASE("sums by address are those of the records") {
  tests::Store store;
  fill(store, 100);
  auto& database = store.database();
  const auto sums = source_sums(database, everything(database), SourceDomains::counted).value();
  CHECK(static_cast<std::int64_t>(sums.size()) == store.number("SELECT count(DISTINCT address_id) FROM record"));
  for (const auto& sum : sums) {
    const auto of = [&](const std::string& what) { return of_records(store, sum.address_id, what); };
    CHECK(sum.domains == of("count(DISTINCT domain_id)"));
    CHECK(sum.first_seen == of("min(day)"));
    CHECK(sum.last_seen == of("max(day)"));
    CHECK(sum.classes.messages == of("sum(record.messages)"));
    for (std::size_t i = 0; i < sum.classes.by_class.size(); ++i) {
      const auto result = "(SELECT class FROM result WHERE result.id = result_id)";
      CHECK(sum.classes.by_class[i] ==
            of("sum(CASE " + std::string(result) + " WHEN " + std::to_string(i) + " THEN record.messages ELSE 0 END)"));
    }
  }
  CHECK(count_sources(database, everything(database)).value() ==
        store.number("SELECT count(*) FROM address WHERE ip <> x''"));
}

TEST_CASE("sums of many weeks, which are added up in halves, are those of the records") {
  tests::Store store;
  std::mt19937 random(6);
  REQUIRE(store.writer().begin());
  for (int i = 0; i < 300; ++i) {
    auto report = tests::random_report(random);
    report.metadata.report_id = std::to_string(i);
    report.metadata.begin += 86400 * std::int64_t{i};
    report.metadata.end += 86400 * std::int64_t{i};
    REQUIRE(store.writer().reports().add(PreparedReport(report), store.provenance()));
  }
  REQUIRE(store.writer().commit());
  auto& database = store.database();
  const auto selection = everything(database);
  const auto halves = in_halves(selection);
  REQUIRE(halves.has_value());
  CHECK(halves->first.from == selection.from);
  CHECK(*halves->first.to + 1 == *halves->second.from);
  CHECK(week_of(*halves->second.from) == *halves->second.from);
  CHECK(halves->second.to == selection.to);
  CHECK_FALSE(in_halves(over(selection, *selection.to - 100, selection.to)).has_value());
  CHECK_FALSE(in_halves(with(selection, FilterKey::reporter, {"Org1"})).has_value());
  CHECK_FALSE(in_halves(with(selection, FilterKey::domain, DomainPattern{"domain1.example"})).has_value());
  for (const bool packed : {false, true}) {
    while (packed && pack_week(store.writer()).value()) continue;
    PageRequest page;
    page.limit = 100;
    std::int64_t rows = 0;
    REQUIRE(each_source(database, selection, page, 0, SourceDomains::counted, [&](const SourceSum& sum, auto) {
      CHECK(sum.domains == of_records(store, sum.address_id, "count(DISTINCT domain_id)"));
      return ++rows > 0;
    }));
    CHECK(rows == store.number("SELECT count(DISTINCT address_id) FROM record"));
    for (const auto domains : {SourceDomains::left_out, SourceDomains::counted}) {
      const auto sums = source_sums(database, selection, domains).value();
      CHECK(static_cast<std::int64_t>(sums.size()) == store.number("SELECT count(DISTINCT address_id) FROM record"));
      for (const auto& sum : sums) {
        const auto of = [&](const std::string& what) { return of_records(store, sum.address_id, what); };
        CHECK(sum.classes.messages == of("sum(record.messages)"));
        CHECK(sum.first_seen == of("min(day)"));
        CHECK(sum.last_seen == of("max(day)"));
        CHECK(sum.domains == (domains == SourceDomains::counted ? of("count(DISTINCT domain_id)") : 0));
      }
    }
  }
}

TEST_CASE("pages of sources follow each other in every order") {
  tests::Store store;
  fill(store, 60);
  auto& database = store.database();
  const auto selection = everything(database);
  for (const std::string column : {"", "messages", "ip", "domains", "first_seen", "last_seen", "fail_stopped"}) {
    for (const bool down : {true, false}) {
      INFO(column << (down ? " down" : " up"));
      std::vector<std::int64_t> whole, paged;
      PageRequest page;
      page.order = {column, down};
      const auto keep = [](std::vector<std::int64_t>& to) {
        return [&to](const SourceSum& sum, std::string_view) {
          to.push_back(sum.address_id);
          return true;
        };
      };
      REQUIRE(each_source(database, selection, page, 0, SourceDomains::left_out, keep(whole)));
      page.limit = 2;
      for (;;) {
        const auto at = each_source(database, selection, page, 0, SourceDomains::left_out, keep(paged));
        REQUIRE(at);
        CHECK(at->total == static_cast<std::int64_t>(whole.size()));
        if (!at->next) break;
        page.after = parse_cursor(cursor_text(*at->next));
        REQUIRE(page.after.has_value());
      }
      CHECK(paged == whole);
      CHECK(std::set<std::int64_t>(whole.begin(), whole.end()).size() == whole.size());
    }
  }
}
