#include "schema/check.h"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/make_report.h"
#include "tests/support/store.h"

using namespace schema;

// REFERENCES does not look at these columns, so the check does.
TEST_CASE("a record that refers to what is not there is a contradiction") {
  for (const std::string column :
       {"address_id", "result_id", "header_from_id", "envelope_from_id", "envelope_to_id", "auth_id", "override_id"}) {
    INFO(column);
    tests::Store store;
    REQUIRE(store.writer().begin());
    REQUIRE(store.writer().reports().add(PreparedReport(tests::make_report()), store.provenance()));
    REQUIRE(store.writer().commit());
    const auto refers = [&] {
      const auto found = contradictions(store.database());
      REQUIRE(found);
      return std::count_if(found->begin(), found->end(), [](const std::string& line) {
        return line.find("refers to what is not there") != std::string::npos;
      });
    };
    CHECK(refers() == 0);
    std::string columns =
        "n, address_id, messages, result_id, header_from_id, envelope_from_id, envelope_to_id, "
        "auth_id, override_id, estimate, 0";
    columns.replace(columns.find(column), column.size(), "CASE n WHEN 1 THEN 99999 ELSE " + column + " END");
    REQUIRE(store.database().execute("UPDATE report_records SET rows = (SELECT pack_records(" + columns +
                                     ") FROM record WHERE report_id = 1)"));
    CHECK(refers() == 1);
  }
}

TEST_CASE("records that cannot be read are named, and what else is wrong, too") {
  tests::Store store;
  for (const auto* id : {"1", "2", "3"}) {
    REQUIRE(store.writer().begin());
    const auto provenance = store.provenance();
    const auto added = store.writer().reports().add(PreparedReport(tests::make_report(id)), provenance);
    REQUIRE(added);
    REQUIRE(store.writer().ledger().set_attachments(provenance.mail_id,
                                                    {{"a", 0, {}, Outcome::stored, "", added->report_id, {}}}));
    REQUIRE(store.writer().commit());
  }
  CHECK(contradictions(store.database()).value().empty());
  REQUIRE(store.database().execute("UPDATE report_records SET rows = x'07' WHERE report_id = 2"));
  REQUIRE(store.database().execute("DELETE FROM report_records WHERE report_id = 3"));
  REQUIRE(store.database().execute("UPDATE run SET attachments = 7 WHERE id = 1"));

  const auto found = contradictions(store.database()).value();
  CHECK(std::ranges::count(found, "report 2: its records cannot be read") == 1);
  CHECK(std::ranges::count(found, "report 3: its records are not as many, or not as large, as it says") == 1);
  CHECK(std::ranges::count(found, "run 1: the outcomes do not add up to its attachments") == 1);
}

TEST_CASE("an original whose bundle is not there, or is too short for it, is a contradiction") {
  for (const std::string damage : {"DELETE FROM original_bundle", "UPDATE original_bundle SET bytes = x'00'"}) {
    INFO(damage);
    tests::Store store;
    REQUIRE(store.writer().begin());
    const auto id = store.writer().originals().keep("what came").value();
    REQUIRE(store.writer().commit());
    CHECK(contradictions(store.database()).value().empty());
    REQUIRE(store.database().execute(damage));
    CHECK(contradictions(store.database()).value() == std::vector<std::string>{"original 1: its bytes are not there"});
    CHECK(load_original(store.database(), id).error().code == "corrupt");
  }
}
