#include "schema/texts_by_id.h"

#include "tests/support/catch.h"
#include "tests/support/store.h"

using schema::TextsById;

TEST_CASE("texts are found by number, whether or not others had their place") {
  tests::Store store;
  auto& database = store.database();
  for (int id = 1; id <= 3000; ++id)
    REQUIRE(database.execute("INSERT INTO text VALUES (?, ?)", id, "text " + std::to_string(id)));
  TextsById texts(database, "SELECT value, id || '!' FROM text WHERE id = ?");
  for (int round = 0; round < 2; ++round) {
    for (const int id : {1, 1025, 2049, 3000, 1}) {
      INFO(id);
      const auto* found = texts.find(id).value();
      REQUIRE(found);
      CHECK((*found)[0] == "text " + std::to_string(id));
      CHECK((*found)[1] == std::to_string(id) + "!");
    }
  }
  CHECK(texts.find(3001).value() == nullptr);
  CHECK(texts.find(-1).value() == nullptr);
  REQUIRE(database.execute("DELETE FROM text WHERE id = 3000"));
  CHECK((*texts.find(3000).value())[0] == "text 3000");  // as it was read
  CHECK_FALSE(TextsById(database, "SELECT nothing FROM text WHERE id = ?").find(1).has_value());
}
