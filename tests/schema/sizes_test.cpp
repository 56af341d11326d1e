#include "schema/sizes.h"

#include <algorithm>
#include <functional>
#include <string>

#include "tests/support/catch.h"
#include "tests/support/store.h"

namespace {

const schema::TableSize* find(const schema::Sizes& sizes, const std::string& name) {
  const auto at = std::ranges::find(sizes.tables, name, &schema::TableSize::name);
  return at == sizes.tables.end() ? nullptr : &*at;
}

}  // namespace

TEST_CASE("the sizes of a database are those of all its tables and indexes, the largest first") {
  tests::Store store;
  REQUIRE(
      store.database().execute_script("CREATE TABLE large (a TEXT); CREATE INDEX large_a ON large (a);"
                                      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
                                      "INSERT INTO large SELECT i || hex(zeroblob(200)) FROM n"));
  const auto sizes = schema::sizes(store.database()).value();
  CHECK(sizes.page_bytes == store.number("PRAGMA page_size"));
  CHECK(sizes.pages == store.number("PRAGMA page_count"));
  CHECK(sizes.free_pages == 0);
  REQUIRE(find(sizes, "large") != nullptr);
  CHECK(find(sizes, "large")->rows == 2000);
  CHECK(find(sizes, "large")->table == "large");
  REQUIRE(find(sizes, "large_a") != nullptr);
  CHECK(find(sizes, "large_a")->table == "large");
  CHECK(find(sizes, "large_a")->rows == 0);
  CHECK(find(sizes, "clock")->rows == 0);
  if (!sizes.has_bytes) return;  // this SQLite cannot tell them
  CHECK(std::ranges::is_sorted(sizes.tables, std::greater(), &schema::TableSize::bytes));
  CHECK(find(sizes, "large")->bytes > 2000 * 400);
  // Nothing is left out but the table of the tables.
  std::int64_t bytes = 0;
  for (const auto& table : sizes.tables) bytes += table.bytes;
  CHECK(bytes < sizes.pages * sizes.page_bytes);
  CHECK(bytes > (sizes.pages - 64) * sizes.page_bytes);
}

TEST_CASE("what was deleted is told as free, and not as a part of a table") {
  tests::Store store;
  REQUIRE(store.database().execute_script("CREATE TABLE large (a BLOB); INSERT INTO large VALUES (zeroblob(1000000))"));
  REQUIRE(store.database().execute("DELETE FROM large"));
  const auto sizes = schema::sizes(store.database()).value();
  CHECK(sizes.free_pages * sizes.page_bytes > 900'000);
  CHECK(find(sizes, "large")->rows == 0);
  CHECK(find(sizes, "large")->bytes <= sizes.page_bytes);
}
