#include "ingest/secret_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"

using ingest::read_secret;
using ingest::write_secret;

namespace {

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

TEST_CASE("a secret is the first line of its file, without blanks at the end") {
  const tests::TemporaryDirectory directory;
  const auto path = directory / "secret";
  const auto read = [&](const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
    const auto secret = read_secret(path);
    return secret ? *secret : secret.error().code;
  };
  CHECK(read("a b") == "a b");
  CHECK(read(" a \t\r\nsecond\n") == " a");
  CHECK(read("") == "secret");
  CHECK(read(" \t\r\nsecond\n") == "secret");
  CHECK(read_secret(directory / "none").error().code == "secret");
  CHECK(read_secret(directory / "none").error().message.find("none") != std::string::npos);
  CHECK(read_secret(directory.path().string()).error().code == "secret");
}

TEST_CASE("a secret is written for its owner only, and takes the place of another as a whole") {
  const tests::TemporaryDirectory directory;
  const auto path = directory / "secret";
  REQUIRE(write_secret(path, "first"));
  REQUIRE(write_secret(path, "second"));
  CHECK(bytes_of(path) == "second\n");
  CHECK(read_secret(path).value() == "second");
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(::access((path + ".new").c_str(), F_OK) != 0);
}

TEST_CASE("a secret that cannot be written leaves what was there") {
  const tests::TemporaryDirectory directory;
  CHECK(write_secret(directory / "none/secret", "a").error().code == "secret");
  // A directory in its place.
  const auto path = directory / "taken";
  REQUIRE(::mkdir(path.c_str(), 0700) == 0);
  CHECK(write_secret(path, "a").error().code == "secret");
  CHECK(::access((path + ".new").c_str(), F_OK) != 0);
  // A link that somebody put there is not written through.
  const auto theirs = directory / "theirs", linked = directory / "linked";
  std::ofstream(theirs) << "theirs";
  REQUIRE(::symlink(theirs.c_str(), (linked + ".new").c_str()) == 0);
  REQUIRE(write_secret(linked, "ours"));
  CHECK(bytes_of(theirs) == "theirs");
  CHECK(read_secret(linked).value() == "ours");
}
