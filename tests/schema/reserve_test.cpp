#include "schema/reserve.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"

namespace {

struct stat status_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status;
}

}  // namespace

TEST_CASE("the reserve takes its room on the disk, once, for its owner only") {
  const tests::TemporaryDirectory directory;
  const auto database = directory / "a.db";
  CHECK_FALSE(schema::has_reserve(database));
  REQUIRE(schema::keep_reserve(database));
  CHECK(schema::has_reserve(database));
  const auto made = status_of(database + "-reserve");
  CHECK(made.st_size == schema::reserve_bytes);
  // Not a hole: what is not taken could not be given back.
  CHECK(made.st_blocks * 512 >= schema::reserve_bytes);
  CHECK((made.st_mode & 0777) == 0600);
  REQUIRE(schema::keep_reserve(database));
  CHECK(status_of(database + "-reserve").st_ino == made.st_ino);
}

TEST_CASE("the reserve is given back once, and can be taken again") {
  const tests::TemporaryDirectory directory;
  const auto database = directory / "a.db";
  CHECK_FALSE(schema::release_reserve(database));
  REQUIRE(schema::keep_reserve(database));
  CHECK(schema::release_reserve(database));
  CHECK_FALSE(schema::has_reserve(database));
  CHECK_FALSE(schema::release_reserve(database));
  REQUIRE(schema::keep_reserve(database));
  CHECK(schema::has_reserve(database));
}

TEST_CASE("a reserve that is a byte too small is none, and is made whole") {
  const tests::TemporaryDirectory directory;
  const auto database = directory / "a.db";
  const auto path = database + "-reserve";
  REQUIRE(schema::keep_reserve(database));
  REQUIRE(::truncate(path.c_str(), schema::reserve_bytes - 1) == 0);
  CHECK_FALSE(schema::has_reserve(database));
  REQUIRE(schema::keep_reserve(database));
  CHECK(status_of(path).st_size == schema::reserve_bytes);
  // Larger than need be is enough.
  REQUIRE(::truncate(path.c_str(), schema::reserve_bytes + 1) == 0);
  CHECK(schema::has_reserve(database));
}

TEST_CASE("a reserve that cannot be made is an error, and nothing stays of it") {
  const tests::TemporaryDirectory directory;
  const auto missing = schema::keep_reserve(directory / "none/a.db");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == "cannot_open");
  // What somebody put there as a link is not written through.
  const auto database = directory / "a.db", other = directory / "other";
  std::ofstream(other) << "theirs";
  REQUIRE(::symlink(other.c_str(), (database + "-reserve").c_str()) == 0);
  CHECK(schema::keep_reserve(database).error().code == "cannot_open");
  CHECK(status_of(other).st_size == 6);
  // Where no room can be kept (here: it is no file), the failure says so.
  REQUIRE(::mkfifo((directory / "b.db-reserve").c_str(), 0600) == 0);
  CHECK_FALSE(schema::keep_reserve(directory / "b.db"));
  CHECK_FALSE(schema::has_reserve(directory / "b.db"));
}
