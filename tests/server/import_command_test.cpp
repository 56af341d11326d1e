#include <sys/stat.h>

#include <filesystem>

#include "schema/runs.h"
#include "tests/support/commands.h"

using tests::contains;
using tests::Finished;
using tests::report_xml;
using tests::World;

TEST_CASE("import stores once, counts everything, and says so", "[commands]") {
  const World world;
  const std::string path = world.write("report.xml", report_xml("1"));
  const Finished first = world.run({"import", "--json", path});
  CHECK(first.exit_code == 0);
  CHECK(first.out.rfind("{\"mails\":1,\"attachments\":1,\"stored\":1,\"duplicate\":0,\"conflict\":0,\"quarantined\":0,"
                        "\"ignored\":0,\"records\":1,\"messages\":3,\"seconds\":",
                        0) == 0);
  const Finished again = world.run({"import", path});
  CHECK(again.exit_code == 0);
  CHECK(contains(again.out, "1 mails: 0 stored, 1 duplicate, 0 failed\n"));
  struct stat status {};
  REQUIRE(::stat(world.database.c_str(), &status) == 0);
  CHECK((status.st_mode & 0077) == 0);
}

TEST_CASE("a run of an import is named by the paths as they were given", "[commands]") {
  const World world;
  const std::string one = world.write("one.xml", report_xml("1")), two = world.write("two.xml", report_xml("2"));
  CHECK(world.run({"import", one}).exit_code == 0);
  CHECK(world.run({"import", one, two, two}).exit_code == 0);
  auto database = std::move(schema::Database::open_reader(world.database).value());
  CHECK(schema::run(database, 1).value()->origin == one);
  CHECK(schema::run(database, 2).value()->origin == one + " +2");
}

TEST_CASE("import --verbose tells of each attachment", "[commands]") {
  const World world;
  const std::string good = world.write("good.xml", report_xml("1"));
  const std::string bad = world.write("bad.xml", report_xml("2").substr(0, 300));
  const Finished finished = world.run({"import", "--json", "--verbose", good, bad});
  CHECK(finished.exit_code == 3);
  CHECK(contains(finished.out, "\"outcome\":\"stored\",\"code\":null,\"report\":1,\"notes\":["));
  CHECK(contains(finished.out, "\"outcome\":\"quarantined\",\"code\":\"xml_truncated\",\"report\":null"));
  CHECK(contains(finished.out, "\"attachments\":2,\"stored\":1"));
}

TEST_CASE("a path that is not there is named, the rest is imported, and the exit code is 3", "[commands]") {
  const World world;
  const std::string path = world.write("report.xml", report_xml("1"));
  const Finished finished = world.run({"import", world.directory / "none\x1b", path});
  CHECK(finished.exit_code == 3);
  CHECK(contains(finished.err, "/none"));
  CHECK(finished.err.find('\x1b') == std::string::npos);
  CHECK(contains(finished.out, "1 mails: 1 stored, 0 duplicate, 0 failed, 1 unreadable\n"));
  CHECK(world.run({"import", world.directory / "none"}).exit_code == 3);
}

TEST_CASE("import reads standard input and folders with names of commands", "[commands]") {
  const World world;
  const std::string path = world.write("report.xml", report_xml("1"));
  CHECK(contains(world.run({"import", "-"}, path).out, "1 mails: 1 stored"));
  std::filesystem::create_directory(world.directory.path() / "summary");
  world.write("summary/second.xml", report_xml("2"));
  const Finished finished = world.run({"import", "summary"});  // no such folder here; not the command either
  CHECK(finished.exit_code == 3);
  CHECK(contains(world.run({"import", world.directory / "summary"}).out, "1 mails: 1 stored"));
}

TEST_CASE("a dry run reads everything and keeps nothing", "[commands]") {
  const World world;
  const std::string path = world.write("report.xml", report_xml("1"));
  const Finished finished = world.run({"import", "--dry-run", path});
  CHECK(finished.exit_code == 0);
  CHECK(contains(finished.out, "1 mails: 1 stored"));
  CHECK_FALSE(std::filesystem::exists(world.database));
}

TEST_CASE("reparse changes nothing that is read as before", "[commands]") {
  const World world;
  world.run({"import", world.write("a.xml", report_xml("1")), world.write("b.xml", report_xml("2").substr(0, 300))});
  for (const char* option : {"--dry-run", "--json"}) CHECK(world.run({"reparse", option}).exit_code == 0);
  CHECK(contains(world.run({"reparse"}).out, " 0 changed\n"));
}

TEST_CASE("a resumed import passes over what is done, and says so", "[commands]") {
  const World world;
  const std::string first = world.write("first.xml", report_xml("1")), bad = world.write("bad.xml", "<feedback><x>");
  REQUIRE(world.run({"import", first, bad}).exit_code == 3);
  const std::string second = world.write("second.xml", report_xml("2"));
  const Finished resumed = world.run({"import", "--resume", "--json", first, bad, second});
  CHECK(resumed.exit_code == 0);
  CHECK(resumed.out.rfind("{\"mails\":1,\"attachments\":1,\"stored\":1,\"duplicate\":0,", 0) == 0);
  CHECK(contains(resumed.out, "\"skipped\":2}"));
  CHECK(contains(world.run({"import", "--resume", first, second}).out,
                 "0 mails: 0 stored, 0 duplicate, 0 failed, 2 skipped (done before)\n"));
  // Other bytes at the same place are another mail, and the same bytes elsewhere are a duplicate.
  world.write("first.xml", report_xml("3"));
  const std::string copy = world.write("copy.xml", report_xml("2"));
  CHECK(contains(world.run({"import", "--resume", first, copy}).out, "2 mails: 1 stored, 1 duplicate, 0 failed\n"));
}

TEST_CASE("the option --type says what a file is, whatever it looks like", "[commands]") {
  const World world;
  const std::string mail =
      "From: a@example.net\nSubject: one\nContent-Type: text/plain\n\nFrom b@example.net Thu Nov 19 2026\nno header\n";
  const std::string mbox = world.write("mails", "From a@example.net Thu Nov 19 10:00:00 2026\n" + mail +
                                                    "\nFrom a@example.net Thu Nov 19 10:00:01 2026\n" + mail);
  CHECK(contains(world.run({"import", "--dry-run", mbox}).out, "2 mails"));
  for (const char* type : {"mbox", "auto"})
    CHECK(contains(world.run({"import", "-n", "--type", type, mbox}).out, "2 mails"));
  for (const char* type : {"eml", "xml"})
    CHECK(contains(world.run({"import", "-n", "--type", type, mbox}).out, "1 mails"));
  const Finished none = world.run({"import", "--type", "maildir", mbox});
  CHECK(none.exit_code == 3);
  CHECK(contains(none.err, "mails: no Maildir"));
  for (const char* part : {"", "/cur", "/new", "/tmp"})
    std::filesystem::create_directory(world.directory.path() / ("box" + std::string(part)));
  world.write("box/new/1.host", mail);
  CHECK(contains(world.run({"import", "--type", "maildir", world.directory / "box"}).out, "1 mails"));
  CHECK(world.run({"import", "--keep-going", world.directory / "none", world.write("good.xml", report_xml("1"))})
            .exit_code == 3);
}
