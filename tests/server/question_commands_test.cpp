#include <cstdlib>

#include "tests/support/commands.h"

using tests::contains;
using tests::Finished;
using tests::report_xml;
using tests::World;

TEST_CASE("questions are answered in each format", "[commands]") {
  const World world;
  world.run({"import", world.write("a.xml", report_xml("1")), world.write("b.xml", report_xml("2"))});
  CHECK(contains(world.run({"summary", "--range", "all"}).out, "messages"));
  for (const char* command : {"reports", "records", "sources", "reporters", "domains", "policies"}) {
    INFO(command);
    for (const char* format : {"table", "csv", "ndjson", "json"}) {
      INFO(format);
      const Finished finished = world.run({command, "--range", "all", "--format", format});
      UNSCOPED_INFO(finished.err);
      CHECK(finished.exit_code == 0);
      CHECK_FALSE(finished.out.empty());
    }
  }
  CHECK(contains(world.run({"records", "--range", "all", "--header-from", "example.com"}).out, "192.0.2.1"));
  CHECK_FALSE(contains(world.run({"records", "--range", "all", "--header_from", "!example.com"}).out, "192.0.2.1"));
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"breakdown", "--by", "ip"},
                                             {"breakdown", "--by", "domain,ip", "--top", "1"},
                                             {"timeseries"},
                                             {"changes"}}) {
    for (const char* format : {"table", "csv", "ndjson", "json"}) {
      auto words = command;
      words.insert(words.end(), {"--format", format});
      CHECK(world.run(words).exit_code == 0);
    }
  }
  CHECK(contains(world.run({"breakdown", "--by", "ip", "--range", "all"}).out, "192.0.2.1"));
  CHECK(world.run({"summary", "--json"}).out == world.run({"summary", "--format", "json"}).out);
  const Finished no_code = world.run({"changes", "--code", "nonsense"}), no_field = world.run({"breakdown"});
  CHECK(no_code.exit_code == 2);
  CHECK(contains(no_code.err, "'code' must be one of"));
  CHECK(no_field.exit_code == 2);
  CHECK(contains(no_field.err, "'by' takes one or two of"));
  const Finished wrong = world.run({"records", "--class", "passed"});
  CHECK(wrong.exit_code == 2);
  CHECK_FALSE(wrong.err.empty());
}

TEST_CASE("a database that is not there, or of a newer version, is refused", "[commands]") {
  const World world;
  CHECK(world.run({"summary"}).exit_code == 1);
  world.run({"import", world.write("a.xml", report_xml("1"))});
  const std::string make_newer =
      "python3 -c \"import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); d.execute('PRAGMA user_version=9999'); "
      "d.commit()\" " +
      tests::shell_quoted(world.database);
  REQUIRE(std::system(make_newer.c_str()) == 0);
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"summary"},
                                             {"import", world.directory / "a.xml"},
                                             {"serve", "--listen", "127.0.0.1:0"},
                                             {"failures", "list"}}) {
    INFO(arguments.front());
    const Finished finished = world.run(arguments);
    CHECK(finished.exit_code == 78);
    CHECK(contains(finished.err, "later version"));
  }
}

TEST_CASE("check with thresholds answers as monitoring plugins do", "[commands]") {
  const World world;
  world.run({"import", world.write("a.xml", report_xml("1"))});
  const auto check = [&](std::vector<std::string> more) {
    more.insert(more.begin(), "check");
    return world.run(more);
  };
  const auto good = check({"--min-messages", "4,3"});
  CHECK(good.exit_code == 1);
  CHECK(good.out == "RUADAR WARNING - messages 3 (at least 4) | messages=3;4:;3:\n");
  CHECK(check({"--min-messages", "3"}).exit_code == 0);
  CHECK(check({"--min-messages", "4"}).exit_code == 2);
  CHECK(check({"--min-messages", "1", "--domain", "other.example"}).exit_code == 2);
  CHECK(check({"--max-failures-open", "0", "--min-pass-rate", "99,98"}).exit_code == 0);
  CHECK(contains(check({"--min-messages", "3", "--json"}).out, "\"state\":\"ok\""));
  const auto wrong = check({"--min-messages", "x"});
  CHECK(wrong.exit_code == 3);
  CHECK(contains(wrong.out, "RUADAR UNKNOWN - 'min_messages' must be a number"));
  CHECK(world.run({"check", "--min-messages", "1", "--db", world.directory / "none.db"}).exit_code == 3);
}
