// Pages of lists: each row once, in order, also while reports come in.
#include <algorithm>
#include <random>
#include <set>
#include <tuple>

#include "schema/breakdown.h"
#include "schema/domains.h"
#include "schema/ledger_list.h"
#include "schema/policies.h"
#include "schema/record_list.h"
#include "schema/report_list.h"
#include "schema/reporters.h"
#include "schema/runs.h"
#include "schema/sources.h"
#include "tests/support/catch.h"
#include "tests/support/make_report.h"
#include "tests/support/store.h"

using namespace schema;

namespace {

struct Filled {
  tests::Store store;
  std::mt19937 random{42};

  Filled() { add(60); }
  void add(int reports) {
    REQUIRE(store.writer().begin());
    for (int i = 0; i < reports; ++i) {
      REQUIRE(store.writer().reports().add(PreparedReport(tests::random_report(random)), store.provenance()));
    }
    REQUIRE(store.writer().commit());
  }
  Selection all() {
    Filter filter;
    filter.span = Span::all;
    return select(store.database(), filter, freshness(store.database()).value()).value();
  }
};

// Every row by pages of `limit`; `read(page, sink)` gives the text that tells a row.
template <typename Read>
std::vector<std::string> walk(Read read, std::int64_t limit, Order order = {}) {
  std::vector<std::string> rows;
  PageRequest page{limit, std::nullopt, order};
  for (int pages = 0; pages < 10'000; ++pages) {
    const auto before = rows.size();
    const Result<Paged> paged = read(page, rows);
    if (!paged) FAIL(paged.error().message);
    CHECK(rows.size() - before <= static_cast<std::size_t>(limit));
    if (!paged->next) {
      CHECK(paged->total == static_cast<std::int64_t>(rows.size()));
      return rows;
    }
    page.after = parse_cursor(cursor_text(*paged->next));
    REQUIRE(page.after.has_value());
    CHECK(cursor_text(*page.after) == cursor_text(*paged->next));
  }
  FAIL("endless");
  return rows;
}

template <typename Read>
void check_pages(Read read, const std::vector<std::string_view>& sorts) {
  for (const auto sort : sorts) {
    for (const bool descending : {true, false}) {
      const Order order{std::string(sort), descending};
      INFO(sort << " " << descending);
      std::vector<std::string> whole;
      REQUIRE(read(PageRequest{std::nullopt, std::nullopt, order}, whole));
      CHECK(std::set<std::string>(whole.begin(), whole.end()).size() == whole.size());
      for (const std::int64_t limit : {1, 3, 1000}) CHECK(walk(read, limit, order) == whole);
    }
  }
}

}  // namespace

TEST_CASE("cursors walk every row of every list once, in its order") {
  Filled filled;
  auto& database = filled.store.database();
  const auto all = filled.all();
  const auto fresh = freshness(database).value();

  for (const auto by : {Dimension::ip, Dimension::reporter, Dimension::combination, Dimension::envelope_from,
                        Dimension::dkim_domain, Dimension::policy}) {
    INFO("by " << name(by));
    check_pages(
        [&](const PageRequest& page, std::vector<std::string>& rows) {
          return breakdown(database, all, {by}, page, [&](const BreakdownRow& row) {
            rows.push_back(row.key.value_or("(none)"));
            return true;
          });
        },
        breakdown_sorts());
  }
  check_pages(
      [&](const PageRequest& page, std::vector<std::string>& rows) {
        return domains(database, all, {}, page, [&](const DomainRow& row) {
          rows.push_back(row.domain);
          return true;
        });
      },
      domain_sorts());
  check_pages(
      [&](const PageRequest& page, std::vector<std::string>& rows) {
        return reporters(database, all, fresh, page, [&](const ReporterRow& row) {
          rows.push_back(row.reporter);
          return true;
        });
      },
      reporter_sorts());
  check_pages(
      [&](const PageRequest& page, std::vector<std::string>& rows) {
        return sources(database, all, page, [&](const SourceRow& row) {
          rows.push_back(row.ip.value_or("(none)"));
          return true;
        });
      },
      source_sorts());
  int n = 0;
  check_pages(
      [&](const PageRequest& page, std::vector<std::string>& rows) {
        return policies(database, all, page, [&](const PolicyRow& row) {
          rows.push_back(row.domain + std::to_string(static_cast<int>(row.policy.p.value)) +
                         std::to_string(row.policy.pct.value_or(-1)) + std::to_string(row.policy.testing.value_or(0)) +
                         std::to_string(row.policy.testing.has_value()) + std::to_string(row.classes.messages) +
                         std::to_string(row.reports));
          ++n;
          return true;
        });
      },
      policy_sorts());
  check_pages(
      [&](const PageRequest& page, std::vector<std::string>& rows) {
        return reports(database, all, page, [&](const ReportRow& row) {
          rows.push_back(std::to_string(row.id));
          return true;
        });
      },
      report_sorts());
}

TEST_CASE("a walk returns each record that was there once, while reports come in") {
  Filled filled;
  auto& database = filled.store.database();
  const auto all = filled.all();
  std::vector<std::string> before;
  const auto row_name = [](const FlatRecord& row) {
    return std::to_string(row.report) + "." + std::to_string(row.record);
  };
  REQUIRE(records(database, all, {}, [&](const FlatRecord& row) {
    before.push_back(row_name(row));
    return true;
  }));
  std::multiset<std::string> seen;
  PageRequest page{7, std::nullopt, {}};
  for (;;) {
    const auto paged = records(database, all, page, [&](const FlatRecord& row) {
      seen.insert(row_name(row));
      return true;
    });
    REQUIRE(paged);
    if (!paged->next) break;
    page.after = paged->next;
    filled.add(1);
  }
  for (const auto& name : before) CHECK(seen.count(name) == 1);
}

// By n without being sorted: so the records of a report come (schema/record_table.h).
TEST_CASE("records come by day and report, the youngest first, and as their report has them") {
  Filled filled;
  auto& database = filled.store.database();
  const auto all = filled.all();
  for (const auto& selection : {all, with(all, FilterKey::result_class, std::int64_t{0})}) {
    std::vector<std::tuple<std::int64_t, std::int64_t, std::int64_t>> keys;
    REQUIRE(records(database, selection, {}, [&](const FlatRecord& row) {
      keys.emplace_back(-row.day, -row.report, row.record);
      return true;
    }));
    CHECK(keys.size() > 20);
    CHECK(std::ranges::is_sorted(keys));
    CHECK(std::ranges::any_of(keys, [](const auto& key) { return std::get<2>(key) > 1; }));
  }
}

TEST_CASE("the ledger is walked from the youngest mail") {
  Filled filled;
  const auto read = [&](const PageRequest& page, std::vector<std::string>& rows) {
    return ledger_rows(filled.store.database(), {}, page, [&](const LedgerRow& row) {
      rows.push_back(std::to_string(row.id));
      return true;
    });
  };
  const auto rows = walk(read, 9);
  CHECK(rows.size() == 60);
  CHECK(rows.front() == "60");
  CHECK(walk(
            [&](const PageRequest& page, std::vector<std::string>& all) {
              return run_rows(filled.store.database(), page, [&](const RunRow& row) {
                all.push_back(std::to_string(row.id));
                return true;
              });
            },
            7)
            .size() == 60);
}

TEST_CASE("the mails of a day and of a run are those that were first read then, with their attachments") {
  tests::Store store;
  auto& ledger = store.writer().ledger();
  constexpr std::int64_t day = 20'000, seconds = 86'400;
  REQUIRE(store.writer().begin());
  const auto first = ledger.begin_run("import", day * seconds).value();
  const auto second = ledger.begin_run("import", day * seconds).value();
  // At both edges of the day, and beside them.
  for (const std::int64_t at : {day * seconds - 1, day * seconds, (day + 1) * seconds - 1, (day + 1) * seconds}) {
    const auto run = at < (day + 1) * seconds - 1 ? first : second;
    MailEntry entry;
    entry.sha256 = std::string(32, 'a');
    const auto mail = ledger.add_mail({"mbox", "box", std::to_string(at)}, entry, run, "1", at).value();
    REQUIRE(ledger.set_attachments(
        mail, {{"a", 0, {}, Outcome::stored, "", {}, {}}, {"b", 1, {}, Outcome::ignored, "not_a_report", {}, {}}}));
    if (run == first) REQUIRE(ledger.see_again(mail, second, "1"));
  }
  REQUIRE(store.writer().commit());
  const auto mails = [&](const LedgerFilter& filter) {
    std::vector<std::int64_t> ids;
    REQUIRE(ledger_rows(store.database(), filter, {}, [&](const LedgerRow& row) {
      ids.push_back(row.id);
      return true;
    }));
    return ids;
  };
  const auto stored = [&](const LedgerFilter& filter) {
    return outcome_counts(store.database(), filter).value().at(static_cast<std::size_t>(Outcome::stored));
  };
  using Ids = std::vector<std::int64_t>;
  const std::vector<std::pair<LedgerFilter, Ids>> asked = {{{}, {4, 3, 2, 1}},
                                                           {{{}, day, {}}, {3, 2}},
                                                           {{{}, {}, first}, {2, 1}},
                                                           {{{}, day, first}, {2}},
                                                           {{{Outcome::ignored}, day, second}, {3}},
                                                           {{{Outcome::conflict}, day, {}}, {}}};
  for (const auto& [filter, ids] : asked) CHECK(mails(filter) == ids);
  CHECK(stored({}) == 4);
  CHECK(stored({{}, day, {}}) == 2);
  CHECK(stored({{Outcome::ignored}, day, second}) == 1);
  CHECK(stored({{}, day + 9, {}}) == 0);
}

TEST_CASE("a cursor that nobody gave out is none") {
  for (const auto* text :
       {"", "x", "i", "i1x", "t0", "tzz", "i1.", ".i1", "i99999999999999999999", "i1.i1.i1.i1.i1.i1.i1.i1.i1"}) {
    INFO(text);
    CHECK_FALSE(parse_cursor(text).has_value());
  }
  const Cursor cursor = {std::int64_t{-3}, std::string("a.b\0c", 5), std::string()};
  const auto again = parse_cursor(cursor_text(cursor));
  REQUIRE(again.has_value());
  CHECK(std::get<std::int64_t>(again->at(0)) == -3);
  CHECK(std::get<std::string>(again->at(1)) == std::string("a.b\0c", 5));
  CHECK(std::get<std::string>(again->at(2)).empty());
}
