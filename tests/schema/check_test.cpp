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
    REQUIRE(store.database().execute("UPDATE record SET " + column + " = 99999 WHERE n = 1"));
    CHECK(refers() == 1);
  }
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
