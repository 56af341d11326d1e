#include "schema/migrations.h"

#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"

using schema::Database;

TEST_CASE("migrations are numbered without gaps") {
  int expected = 1;
  for (const auto& migration : schema::migrations()) CHECK(migration.number == expected++);
}

TEST_CASE("migrating brings an empty database up to date, and again changes nothing") {
  tests::TemporaryDirectory directory;
  auto database = Database::open_writer(directory / "a.db");
  REQUIRE(database);
  CHECK(schema::require_current(*database).error().code == "old_database");
  REQUIRE(schema::migrate(*database));
  CHECK(schema::require_current(*database));
  CHECK(database->integer("SELECT value FROM state WHERE name = 'generation'")->value() == 0);
  REQUIRE(database->execute("UPDATE state SET value = 5 WHERE name = 'generation'"));
  REQUIRE(schema::migrate(*database));
  CHECK(database->integer("SELECT value FROM state WHERE name = 'generation'")->value() == 5);
}

TEST_CASE("a database of a later version is refused") {
  tests::TemporaryDirectory directory;
  auto database = Database::open_writer(directory / "a.db");
  REQUIRE(schema::migrate(*database));
  REQUIRE(database->execute("PRAGMA user_version = 9999"));
  CHECK(schema::migrate(*database).error().code == "newer_database");
  CHECK(schema::require_current(*database).error().code == "newer_database");
}

TEST_CASE("a database of another program is left alone") {
  tests::TemporaryDirectory directory;
  auto database = Database::open_writer(directory / "a.db");
  REQUIRE(database->execute("CREATE TABLE theirs (a INTEGER)"));
  CHECK(schema::migrate(*database).error().code == "foreign_database");
  CHECK(database->integer("SELECT count(*) FROM sqlite_schema")->value() == 1);
}
