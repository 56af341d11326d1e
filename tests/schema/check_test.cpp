#include "schema/check.h"

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
      std::size_t found = 0;
      for (const auto& line : contradictions(store.database()).value()) {
        found += line.find("refers to what is not there") == std::string::npos ? 0 : 1;
      }
      return found;
    };
    CHECK(refers() == 0);
    REQUIRE(store.database().execute("UPDATE record SET " + column + " = 99999 WHERE n = 1"));
    CHECK(refers() == 1);
  }
}
