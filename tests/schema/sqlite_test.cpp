#include "schema/sqlite.h"

#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"

using schema::Blob;
using schema::Database;
using schema::Savepoint;
using schema::Transaction;
using schema::Value;

namespace {

Database opened(const std::string& path) {
  auto database = Database::open_writer(path);
  REQUIRE(database);
  return std::move(*database);
}

std::int64_t count(Database& database, const std::string& table) {
  return database.integer("SELECT count(*) FROM " + table)->value();
}

}  // namespace

TEST_CASE("values come back as they were bound") {
  tests::TemporaryDirectory directory;
  auto database = opened(directory / "a.db");
  REQUIRE(database.execute("CREATE TABLE t (a ANY, b ANY, c ANY, d ANY, e ANY) STRICT"));
  const std::string with_nul("x\0y", 3);
  REQUIRE(database.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?)", 7, std::string_view(), Blob{with_nul}, nullptr,
                           std::optional<std::string>()));
  auto row = database.prepare("SELECT * FROM t");
  REQUIRE(row);
  REQUIRE(row->step().value());
  CHECK(row->integer(0) == 7);
  CHECK_FALSE(row->is_null(1));
  CHECK(row->text(1).empty());
  CHECK(row->blob(2) == with_nul);
  CHECK(row->is_null(3));
  CHECK(row->optional_text(4) == std::nullopt);
  CHECK_FALSE(row->step().value());
}

TEST_CASE("a value known at run time binds as its kind") {
  tests::TemporaryDirectory directory;
  auto database = opened(directory / "a.db");
  for (const auto& [value, type] : std::vector<std::pair<Value, std::string>>{
           {nullptr, "null"}, {std::int64_t{1}, "integer"}, {"a", "text"}, {schema::OwnedBlob{"a"}, "blob"}}) {
    auto row = database.prepare("SELECT typeof(?)");
    REQUIRE(row);
    row->bind(1, value);
    REQUIRE(row->step().value());
    CHECK(row->text(0) == type);
  }
}

TEST_CASE("the same statement can be used twice at a time") {
  tests::TemporaryDirectory directory;
  auto database = opened(directory / "a.db");
  auto one = database.prepare("SELECT ?");
  auto two = database.prepare("SELECT ?");
  one->bind(1, 1);
  two->bind(1, 2);
  REQUIRE(one->step().value());
  REQUIRE(two->step().value());
  CHECK(one->integer(0) == 1);
  CHECK(two->integer(0) == 2);
}

TEST_CASE("a statement out of the cache has forgotten what was bound") {
  tests::TemporaryDirectory directory;
  auto database = opened(directory / "a.db");
  {
    auto first = database.prepare("SELECT ?");
    first->bind(1, 5);
    REQUIRE(first->step().value());
  }
  auto second = database.prepare("SELECT ?");
  REQUIRE(second->step().value());
  CHECK(second->is_null(0));
}

TEST_CASE("binding what is no parameter is an error of the step") {
  tests::TemporaryDirectory directory;
  auto database = opened(directory / "a.db");
  auto statement = database.prepare("SELECT ?");
  statement->bind(2, 5);
  CHECK_FALSE(statement->step());
  CHECK(database.execute("SELECT nothing FROM nowhere").error().code == "sql");
}

TEST_CASE("what is not committed is not there") {
  tests::TemporaryDirectory directory;
  auto database = opened(directory / "a.db");
  REQUIRE(database.execute("CREATE TABLE t (a INTEGER UNIQUE)"));
  {
    auto transaction = Transaction::begin(database);
    REQUIRE(transaction);
    REQUIRE(database.execute("INSERT INTO t VALUES (1)"));
  }
  CHECK(count(database, "t") == 0);

  auto transaction = Transaction::begin(database);
  REQUIRE(database.execute("INSERT INTO t VALUES (1)"));
  {
    auto savepoint = Savepoint::begin(database);
    REQUIRE(database.execute("INSERT INTO t VALUES (2)"));
  }
  {
    auto savepoint = Savepoint::begin(database);
    REQUIRE(database.execute("INSERT INTO t VALUES (3)"));
    CHECK(database.execute("INSERT INTO t VALUES (3)").error().code == "constraint");
    REQUIRE(savepoint->release());
  }
  REQUIRE(transaction->commit());
  CHECK(count(database, "t") == 2);
}

TEST_CASE("a reader sees one moment, and cannot write") {
  tests::TemporaryDirectory directory;
  auto writer = opened(directory / "a.db");
  REQUIRE(writer.execute("CREATE TABLE t (a INTEGER)"));
  auto reader = Database::open_reader(directory / "a.db");
  REQUIRE(reader);
  {
    auto moment = Transaction::begin_read(*reader);
    REQUIRE(moment);
    CHECK(count(*reader, "t") == 0);
    REQUIRE(writer.execute("INSERT INTO t VALUES (1)"));
    CHECK(count(*reader, "t") == 0);
  }
  CHECK(count(*reader, "t") == 1);
  CHECK(reader->execute("INSERT INTO t VALUES (2)").error().code == "read_only");
}

TEST_CASE("a query ends at its deadline") {
  tests::TemporaryDirectory directory;
  auto database = opened(directory / "a.db");
  constexpr auto endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
  database.set_deadline(std::chrono::steady_clock::now() + std::chrono::milliseconds(20));
  const auto stopped = database.execute(endless);
  REQUIRE_FALSE(stopped);
  CHECK(stopped.error().code == "interrupted");
  CHECK(stopped.error().kind == schema::ErrorKind::unavailable);
  database.set_deadline(std::nullopt);
  CHECK(database.integer("SELECT 1")->value() == 1);
}

TEST_CASE("only one can write a database") {
  tests::TemporaryDirectory directory;
  {
    const auto first = opened(directory / "a.db");
    const auto second = Database::open_writer(directory / "a.db");
    REQUIRE_FALSE(second);
    CHECK(second.error().code == "locked");
    CHECK(second.error().kind == schema::ErrorKind::unavailable);
    CHECK(Database::open_writer(directory / "b.db"));
  }
  CHECK(Database::open_writer(directory / "a.db"));
}

TEST_CASE("the writer can be waited for") {
  tests::TemporaryDirectory directory;
  auto first = std::make_unique<Database>(opened(directory / "a.db"));
  std::thread other([&first] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    first.reset();
  });
  CHECK(Database::open_writer(directory / "a.db", std::chrono::seconds(10)));
  other.join();
}

TEST_CASE("a new database is readable for its owner only") {
  tests::TemporaryDirectory directory;
  auto database = opened(directory / "a.db");
  REQUIRE(database.execute("CREATE TABLE t (a INTEGER)"));
  for (const auto* name : {"a.db", "a.db-wal", "a.db-shm", "a.db-lock"}) {
    INFO(name);
    struct stat status {};
    REQUIRE(::stat((directory / name).c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
  }
}

TEST_CASE("a file that is no database says so") {
  tests::TemporaryDirectory directory;
  std::ofstream(directory / "a.db") << std::string(10'000, 'x');
  CHECK(Database::open_writer(directory / "a.db").error().code == "not_a_database");
  CHECK(Database::open_reader(directory / "nothing.db").error().code == "cannot_open");
  CHECK(Database::open_writer(directory / "missing/a.db").error().code == "cannot_open");
}

TEST_CASE("the write-ahead log does not grow without end") {
  tests::TemporaryDirectory directory;
  auto database = opened(directory / "a.db");
  REQUIRE(database.execute("CREATE TABLE t (a BLOB)"));
  const std::string megabyte(1 << 20, 'x');
  for (int i = 0; i < 60; ++i) {
    REQUIRE(database.execute("INSERT INTO t VALUES (?)", Blob{megabyte}));
    REQUIRE(database.checkpoint_when_due());
  }
  CHECK(std::filesystem::file_size(directory / "a.db-wal") < 30u << 20);
}
