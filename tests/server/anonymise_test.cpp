#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/catch.h"
#include "tests/support/run_program.h"

using tests::file_text;
using tests::Finished;
using tests::run_ruadar;

namespace {

const std::string report = TEST_DATA "/reports/rfc7489.xml";

bool contains(const std::string& text, const std::string& part) {
  UNSCOPED_INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("anonymise replaces what names anybody and keeps the structure", "[commands]") {
  const Finished finished = run_ruadar({"anonymise", report, "--key", "k"});
  CHECK(finished.exit_code == 0);
  CHECK(finished.err.empty());
  CHECK(finished.out.size() > 500);
  for (const char* secret : {"receiver.example", "192.0.2.10", "example.com"}) {
    CHECK(contains(file_text(report), secret));
    CHECK_FALSE(contains(finished.out, secret));
  }
  CHECK(contains(finished.out, "<policy_evaluated>"));
  CHECK(contains(finished.out, "<count>12</count>"));
}

TEST_CASE("one key gives one result, from a file, a key file or standard input", "[commands]") {
  const tests::TemporaryDirectory directory;
  std::ofstream(directory / "key") << "k\nnot the key\n";
  const std::string expected = run_ruadar({"anonymise", report, "--key", "k"}).out;
  CHECK(run_ruadar({"anonymise", report, "--key-file", directory / "key"}).out == expected);
  CHECK(run_ruadar({"anonymise", "-", "--key", "k"}, {}, report).out == expected);
  CHECK_FALSE(run_ruadar({"anonymise", report, "--key", "l"}).out == expected);
}

TEST_CASE("a random key is told, so that it can be given again", "[commands]") {
  const Finished first = run_ruadar({"anonymise", report});
  CHECK(first.exit_code == 0);
  const std::string before = "The key was ";
  REQUIRE(first.err.rfind(before, 0) == 0);
  const std::string key = first.err.substr(before.size(), first.err.find(';') - before.size());
  CHECK(key.size() == 32);
  CHECK(run_ruadar({"anonymise", report, "--key", key}).out == first.out);
  CHECK_FALSE(run_ruadar({"anonymise", report}).out == first.out);
}

TEST_CASE("anonymise writes a new file and never over another", "[commands]") {
  const tests::TemporaryDirectory directory;
  const std::string copy = directory / "shown.xml";
  CHECK(run_ruadar({"anonymise", report, "--key", "k", "-o", copy}).exit_code == 0);
  const std::string written = file_text(copy);
  CHECK(written == run_ruadar({"anonymise", report, "--key", "k"}).out);
  const Finished again = run_ruadar({"anonymise", report, "--key", "l", "-o", copy});
  CHECK(again.exit_code == 1);
  CHECK(contains(again.err, "it exists already"));
  CHECK(file_text(copy) == written);
  CHECK(run_ruadar({"anonymise", report, "-o", report}).exit_code == 1);
  CHECK(run_ruadar({"anonymise", report, "-o", directory / "none/shown.xml"}).exit_code == 1);
}

TEST_CASE("anonymise refuses what it could not make anonymous as a whole", "[commands]") {
  const tests::TemporaryDirectory directory;
  const std::string mail = "From a@b.example Fri Jan  2 00:10:00 2026\nSubject: x\n\nsecret.example\n\n";
  std::ofstream(directory / "two.mbox") << mail << mail;
  std::ofstream(directory / "one.mbox") << mail;
  std::ofstream(directory / "prose.txt") << "secret.example";
  std::ofstream(directory / "empty.key") << "\n";
  const Finished two = run_ruadar({"anonymise", directory / "two.mbox"});
  CHECK(two.exit_code == 1);
  CHECK(two.out.empty());
  CHECK(contains(two.err, "several mails"));
  const Finished one = run_ruadar({"anonymise", directory / "one.mbox"});
  CHECK(one.exit_code == 0);
  CHECK_FALSE(contains(one.out, "secret.example"));
  for (const std::string& path : {directory / "prose.txt", directory / "none", directory.path().string()}) {
    const Finished finished = run_ruadar({"anonymise", path});
    CHECK(finished.exit_code == 1);
    CHECK(finished.out.empty());
    CHECK_FALSE(finished.err.empty());
  }
  CHECK(run_ruadar({"anonymise", report, "--key-file", directory / "empty.key"}).exit_code == 1);
  CHECK(run_ruadar({"anonymise", report, "--key", "k", "--key-file", directory / "empty.key"}).exit_code == 2);
  CHECK(run_ruadar({"anonymise", report, "--key", ""}).exit_code == 2);
  CHECK(run_ruadar({"anonymise"}).exit_code == 2);
}
