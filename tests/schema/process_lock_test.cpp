#include "schema/process_lock.h"

#include <unistd.h>

#include <fstream>

#include "schema/sqlite.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"

using schema::Database;
using schema::ProcessLock;

TEST_CASE("who holds a lock is told by the number of its process") {
  tests::TemporaryDirectory directory;
  const auto first = ProcessLock::take(directory / "lock", "It is held");
  REQUIRE(first);
  const auto second = ProcessLock::take(directory / "lock", "It is held");
  REQUIRE_FALSE(second);
  CHECK(second.error().code == "locked");
  CHECK(second.error().message == "It is held (process " + std::to_string(::getpid()) + "); try again when it is done");
}

TEST_CASE("whether a lock is held can be asked without taking it") {
  tests::TemporaryDirectory directory;
  const auto file = directory / "lock";
  CHECK_FALSE(ProcessLock::is_held(file));  // nobody ever had it
  {
    const auto lock = ProcessLock::take(file, "It is held");
    REQUIRE(lock);
    CHECK(ProcessLock::is_held(file));
  }
  CHECK_FALSE(ProcessLock::is_held(file));
  CHECK(ProcessLock::take(file, "It is held"));
}

TEST_CASE("a doubt stays in the file until it is cleared") {
  tests::TemporaryDirectory directory;
  {
    auto lock = ProcessLock::take(directory / "lock", "It is held");
    CHECK_FALSE(lock->in_doubt());
    lock->doubt();
  }
  auto next = ProcessLock::take(directory / "lock", "It is held");
  REQUIRE(next);
  CHECK(next->in_doubt());
  next->trust();
  CHECK_FALSE(next->in_doubt());
}

TEST_CASE("after a doubt the database is checked before the first write, and a damaged one is not opened to write") {
  tests::TemporaryDirectory directory;
  const auto path = directory / "a.db";
  {
    auto database = Database::open_writer(path);
    REQUIRE(database);
    REQUIRE(database->execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)"));
    for (int i = 0; i < 2000; ++i) REQUIRE(database->execute("INSERT INTO t (b) VALUES (?)", std::string(100, 'x')));
  }
  const auto doubt = [&] { ProcessLock::take(path + "-lock", "held")->doubt(); };
  doubt();
  REQUIRE(Database::open_writer(path));
  CHECK_FALSE(ProcessLock::take(path + "-lock", "held")->in_doubt());

  {  // a page in the middle of the table is lost
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(20 * 4096);
    file << std::string(4096, '\0');
  }
  CHECK(Database::open_writer(path));  // nobody looks without a reason
  doubt();
  const auto refused = Database::open_writer(path);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "corrupt");
  CHECK(ProcessLock::take(path + "-lock", "held")->in_doubt());
  CHECK(Database::open_reader(path));
}
