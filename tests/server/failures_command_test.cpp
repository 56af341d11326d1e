#include <algorithm>
#include <filesystem>

#include "tests/support/commands.h"

using tests::contains;
using tests::Finished;
using tests::report_xml;
using tests::World;

TEST_CASE("failures are listed, shown, saved, ignored and tried again", "[commands]") {
  const World world;
  const std::string cut = report_xml("2").substr(0, 300);
  world.run({"import", world.write("bad.xml", cut)});
  const Finished list = world.run({"failures", "list", "--json"});
  CHECK(list.exit_code == 0);
  CHECK(list.out.rfind("[{\"id\":1,\"origin\":\"", 0) == 0);
  for (const char* part :
       {"\"name\":\"", "\"code\":\"xml_truncated\"", "\"stage\":\"xml\"", "\"detail\":\"", "\"position\":{\"line\":"})
    CHECK(contains(list.out, part));
  CHECK(contains(world.run({"failures", "list"}).out, "xml_truncated"));
  CHECK(contains(world.run({"failures", "show", "1"}).out, "xml_truncated"));
  CHECK(world.run({"failures", "show", "2"}).exit_code == 1);
  const std::string copy = world.directory / "copy.xml";
  CHECK(world.run({"failures", "save", "1", copy}).exit_code == 0);
  CHECK(tests::file_text(copy) == cut);
  CHECK(world.run({"failures", "save", "1", "-"}).out == cut);
  CHECK(world.run({"failures", "retry", "--all"}).exit_code == 3);
  CHECK(world.run({"failures", "resolve", "1", "--keep", "first"}).exit_code == 1);  // no conflict
  CHECK(world.run({"failures", "ignore", "1", "--note", "cut off"}).exit_code == 0);
  CHECK(world.run({"failures", "list"}).out == "Nothing failed.\n");
  CHECK(contains(world.run({"failures", "list", "--state", "all"}).out, "ignored"));
  CHECK(world.run({"failures", "ignore", "9"}).exit_code == 1);
}

TEST_CASE("failures of one import are told from others, also when it is repeated", "[commands]") {
  const World world;
  const std::string bad = world.write("bad.xml", report_xml("1").substr(0, 300));
  CHECK(contains(world.run({"import", bad}).out, "1 failed (ruadar failures list --run 1)"));
  CHECK(world.run({"import", world.write("good.xml", report_xml("2"))}).exit_code == 0);
  CHECK(contains(world.run({"failures", "list", "--run", "1"}).out, "xml_truncated"));
  CHECK(world.run({"failures", "list", "--run", "2"}).out == "Nothing failed.\n");
  CHECK(contains(world.run({"import", bad}).out, "1 failed (ruadar failures list --run 3)"));
  CHECK(contains(world.run({"failures", "list", "--run", "3"}).out, "xml_truncated"));
  CHECK(world.run({"failures", "list", "--run", "x"}).exit_code == 2);
}

TEST_CASE("a conflict can be settled", "[commands]") {
  const World world;
  world.run({"import", world.write("first.xml", report_xml("1", 3))});
  CHECK(world.run({"import", world.write("second.xml", report_xml("1", 5))}).exit_code == 3);
  CHECK(contains(world.run({"summary", "--range", "all", "--format", "json"}).out, "\"messages\":3"));
  CHECK(world.run({"failures", "resolve", "1", "--keep", "second"}).exit_code == 0);
  CHECK(contains(world.run({"summary", "--range", "all", "--format", "json"}).out, "\"messages\":5"));
}

TEST_CASE("failures come in each format", "[commands]") {
  const World world;
  world.run({"import", world.write("bad.xml", "<feedback><report_metadata>")});
  const auto list = [&](const std::string& format) { return world.run({"failures", "list", "--format", format}); };
  CHECK(contains(list("table").out, "xml_truncated"));
  CHECK(contains(list("csv").out, "code,"));
  CHECK(contains(list("ndjson").out, "\"code\":\"xml_truncated\""));
  CHECK(list("json").out == world.run({"failures", "list", "--json"}).out);
  CHECK(list("xml").exit_code == 2);
}

TEST_CASE("failures are decided by reason code, however many there are", "[commands]") {
  const World world;
  const std::string folder = world.directory / "bad";
  std::filesystem::create_directory(folder);
  for (int i = 0; i < 3; ++i)
    world.write("bad/" + std::to_string(i) + ".xml", report_xml(std::to_string(i)).substr(0, 300 + i));
  world.write("bad/doctype.xml", "<!DOCTYPE feedback [<!ENTITY a 'b'>]>" + report_xml("9"));
  REQUIRE(world.run({"import", folder}).exit_code == 3);
  const auto lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
  const Finished again = world.run({"failures", "retry", "--code", "xml_truncated"});
  CHECK(again.exit_code == 3);
  CHECK(lines(again.out) == 3);
  CHECK(lines(world.run({"failures", "ignore", "--code", "xml_truncated", "--note", "cut"}).out) == 3);
  CHECK_FALSE(contains(world.run({"failures", "list"}).out, "xml_truncated"));
  CHECK(contains(world.run({"failures", "list"}).out, "xml_doctype"));
  CHECK(lines(world.run({"failures", "ignore", "--all"}).out) == 1);
  CHECK(world.run({"failures", "list"}).out == "Nothing failed.\n");
  CHECK(lines(world.run({"failures", "ignore", "--all", "--reopen"}).out) == 4);
  CHECK(world.run({"failures", "retry", "--code", "crc"}).exit_code == 0);
}
