// The table `record`, which is made of bytes while it is read.
#include "schema/record_table.h"

#include <string>
#include <vector>

#include "schema/query.h"
#include "schema/stored_records.h"
#include "tests/support/catch.h"
#include "tests/support/make_report.h"
#include "tests/support/store.h"

using namespace schema;

namespace {

// The rows that a question finds, their columns parted by '|'.
std::vector<std::string> rows(tests::Store& store, const Query& query) {
  std::vector<std::string> all;
  const auto read = each_row(store.database(), query, [&](Statement& row) {
    std::string line;
    for (int i = 0; i < row.columns(); ++i) {
      if (i > 0) line += '|';
      line += row.is_null(i) ? "null" : row.text(i);
    }
    all.push_back(line);
    return true;
  });
  if (!read) FAIL(read.error().message);
  return all;
}

// The plan of it.
std::string plan(tests::Store& store, const std::string& query) {
  std::string steps;
  for (const auto& step : rows(store, {"EXPLAIN QUERY PLAN " + query})) steps += step + "\n";
  return steps;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// Three reports: two records, one, none of its own.
void fill(tests::Store& store) {
  auto second = tests::make_report("2");
  second.records.erase(second.records.begin());
  second.records[0].policy_evaluated.disposition = {Disposition::none, "delivered"};
  second.records[0].identifiers.envelope_from = "";
  second.records[0].identifiers.envelope_to = "example.net";
  REQUIRE(store.writer().begin());
  for (const auto& report : {tests::make_report("1"), second, tests::make_report("3")})
    REQUIRE(store.writer().reports().add(PreparedReport(report), store.provenance()));
  REQUIRE(store.writer().commit());
  REQUIRE(store.database().execute("UPDATE report_records SET rows = x'' WHERE report_id = 3"));
}

}  // namespace

TEST_CASE("records are read as rows, by report and number") {
  tests::Store store;
  fill(store);
  CHECK(rows(store, {"SELECT report_id, n, messages FROM record"}) ==
        std::vector<std::string>{"1|0|10", "1|1|2", "2|0|2"});
  CHECK(rows(store, {"SELECT report_id, n, messages FROM record WHERE report_id = ?", {std::int64_t{2}}}) ==
        std::vector<std::string>{"2|0|2"});
  CHECK(rows(store, {"SELECT n FROM record WHERE report_id IN (2, 1) AND messages = 2"}).size() == 2);
  CHECK(rows(store, {"SELECT n FROM record WHERE report_id IN (3, 4)"}).empty());
  CHECK(rows(store, {"SELECT ip.ip, h.value, f.value, t.value, raw FROM record JOIN address ip ON ip.id = address_id "
                     "JOIN text h ON h.id = header_from_id LEFT JOIN text f ON f.id = envelope_from_id "
                     "LEFT JOIN text t ON t.id = envelope_to_id WHERE report_id = 2"})[0]
            .substr(16) == R"(|example.com||example.net|{"disposition":"delivered"})");
  CHECK(rows(store, {"SELECT envelope_from_id, envelope_to_id, raw FROM record WHERE report_id = 1 AND n = 0"}) ==
        std::vector<std::string>{"null|null|null"});
  CHECK(store.number("SELECT estimate FROM record WHERE report_id = 1 AND n = 0") ==
        PreparedReport(tests::make_report()).estimates[0]);
}

TEST_CASE("records may be read at several places of a question") {
  tests::Store store;
  fill(store);
  CHECK(store.number("SELECT count(*) FROM record a, record b") == 9);
  CHECK(store.number("SELECT count(*) FROM record a WHERE EXISTS (SELECT 1 FROM record b WHERE b.report_id = "
                     "a.report_id AND b.n > a.n)") == 1);
  CHECK(store.number("SELECT sum((SELECT count(*) FROM record r WHERE r.report_id = report.id)) FROM report") == 3);
}

TEST_CASE("the records of a report are found at once, and come in the order that is asked for") {
  tests::Store store;
  fill(store);
  CHECK(has(plan(store, "SELECT * FROM report CROSS JOIN record ON record.report_id = report.id"), "1:one report"));
  CHECK(has(plan(store, "SELECT * FROM record WHERE messages = 2"), "0:every report"));
  for (const auto* in_order :
       {"SELECT n FROM record WHERE report_id = 1 ORDER BY n", "SELECT n FROM record ORDER BY report_id, n",
        "SELECT report_id, count(*) FROM record GROUP BY report_id", "SELECT n FROM record ORDER BY report_id"}) {
    INFO(in_order);
    CHECK_FALSE(has(plan(store, in_order), "TEMP B-TREE"));
  }
  for (const auto* sorted : {"SELECT n FROM record WHERE report_id = 1 ORDER BY n DESC",
                             "SELECT n FROM record ORDER BY n", "SELECT n FROM record ORDER BY report_id, messages"}) {
    INFO(sorted);
    CHECK(has(plan(store, sorted), "TEMP B-TREE"));
  }
  CHECK(rows(store, {"SELECT n FROM record WHERE report_id = 1 ORDER BY n DESC"}) ==
        std::vector<std::string>{"1", "0"});
}

TEST_CASE("records that cannot be read are an error, wherever they break off") {
  for (const auto* bytes : {"x'0105'", "x'ff'", "x'00'"}) {
    INFO(bytes);
    tests::Store store;
    fill(store);
    REQUIRE(store.database().execute_script(std::string("UPDATE report_records SET rows = CAST(rows || ") + bytes +
                                            " AS BLOB) WHERE report_id = 1"));
    const auto sum = store.database().integer("SELECT sum(messages) FROM record");
    REQUIRE_FALSE(sum);
    CHECK(sum.error().code == "corrupt");
    CHECK(has(sum.error().message, "the records of report 1 cannot be read"));
    CHECK(store.number("SELECT sum(messages) FROM record WHERE report_id = 2") == 2);
  }
}

TEST_CASE("rows are packed in their order or not at all") {
  tests::Store store;
  fill(store);
  const std::string pack =
      "pack_records(n, address_id, messages, result_id, header_from_id, envelope_from_id, envelope_to_id, auth_id, "
      "override_id, estimate, raw IS NOT NULL)";
  CHECK(store.number("SELECT count(*) FROM (SELECT report_id, " + pack +
                     " AS bytes FROM record GROUP BY report_id) JOIN report_records USING (report_id) "
                     "WHERE bytes = rows") == 2);
  const auto mixed =
      store.database().integer("SELECT length(" + pack + ") FROM (SELECT * FROM record ORDER BY n DESC)");
  REQUIRE_FALSE(mixed);
  CHECK(has(mixed.error().message, "not in their order"));
}
