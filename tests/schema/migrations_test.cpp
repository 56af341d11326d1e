#include "schema/migrations.h"

#include <string>
#include <vector>

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

// Version 12 packs them (schema/migrations/0012_report_records.sql).
TEST_CASE("records of an earlier version are the same afterwards") {
  tests::TemporaryDirectory directory;
  auto database = Database::open_writer(directory / "a.db");
  REQUIRE(database);
  for (const auto& migration : schema::migrations())
    if (migration.number < 12) REQUIRE(database->execute_script(std::string(migration.sql)));
  REQUIRE(database->execute_script(R"sql(
    PRAGMA application_id = 0x52646172; PRAGMA user_version = 11; PRAGMA foreign_keys = OFF;
    INSERT INTO report (id, domain_id, reporter_id, report_id, begin_, end_, day, policy_id, content_hash, records,
                        messages, pass_both, pass_one, fail_delivered, fail_stopped, unknown, dialect, version,
                        extra_contact_info, errors, generator, notes, document, name, mail_id, stored_at, parser)
      SELECT value, 1, 1, value, 0, 0, 0, 1, x'', 0, 0, 0, 0, 0, 0, 0, 0, '', '', '[]', '', '[]', 0, '', 1, 0, ''
      FROM json_each('[7, 9, 12]');
    INSERT INTO record VALUES
      (9, 0, 1, 1, 8, 1, NULL, NULL, 1, 0, NULL, 0), (9, 1, 1, 2, 8, 1, 0, NULL, 1, 0, '{"dkim":"maybe"}', 15),
      (9, 2, 200000, 1000000000, 9, 300, 1, 2, 70000, 3, NULL, 5), (12, 0, 2, 3, 8, 1, 0, NULL, 1, 0, NULL, 15);
    PRAGMA foreign_keys = ON;
  )sql"));
  const auto records = [&] {
    std::vector<std::string> all;
    auto row = std::move(database->prepare("SELECT * FROM record ORDER BY report_id, n").value());
    while (row.step().value()) {
      all.emplace_back();
      for (int i = 0; i < row.columns(); ++i) all.back() += row.is_null(i) ? "null " : std::string(row.text(i)) + ' ';
    }
    return all;
  };
  const auto before = records();
  REQUIRE(before.size() == 4);
  REQUIRE(schema::migrate(*database));
  CHECK(records() == before);
  CHECK(database->integer("SELECT count(*) FROM record_raw")->value() == 1);
  CHECK(database->integer("SELECT count(*) FROM sqlite_schema WHERE name = 'record'")->value() == 0);
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
