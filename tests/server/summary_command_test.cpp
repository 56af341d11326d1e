#include <sys/stat.h>

#include "tests/support/commands.h"

using tests::contains;
using tests::file_text;
using tests::Finished;
using tests::report_xml;
using tests::World;

namespace {

// Takes a mail as sendmail does: keeps it, and how it was called.
std::string sendmail(const World& world, const std::string& last) {
  const std::string path = world.write("sendmail", "#!/bin/sh\necho \"$@\" >" + (world.directory / "called") +
                                                       "\ncat >" + (world.directory / "mail") + "\n" + last + "\n");
  REQUIRE(::chmod(path.c_str(), 0700) == 0);
  return path;
}

}  // namespace

TEST_CASE("a summary is a digest for a wiki and for a mail", "[commands]") {
  const World world;
  // Somebody's domain that would be a tag, were it not escaped.
  std::string strange = report_xml("2", 5);
  for (std::size_t at; (at = strange.find("reporter.example")) != std::string::npos;)
    strange.replace(at, 16, "*b*&lt;i&gt;");
  world.run({"import", world.write("a.xml", report_xml("1")), world.write("b.xml", strange)});
  const std::vector<std::string> all{"summary", "--range", "all", "--format"};
  const auto as = [&](const std::string& format) {
    auto words = all;
    words.push_back(format);
    const Finished finished = world.run(words);
    CHECK(finished.exit_code == 0);
    return finished.out;
  };
  const auto markdown = as("markdown"), html = as("html");
  CHECK(contains(markdown, "# DMARC from 2023-11-15 to 2023-11-15: 100.0 % of 8 messages passed\n"));
  CHECK(contains(markdown, "| pass one | 8 | 100.0 % |\n"));
  CHECK(contains(markdown, "| example.com | 8 | 100.0 % | none |\n"));
  CHECK(contains(markdown, "2 reports by 2 reporters."));
  CHECK(contains(html, "<td align=\"left\">example.com</td><td align=\"right\">8</td>"));
  CHECK_FALSE(contains(html, "<i>"));
  CHECK_FALSE(contains(markdown, "*b*<i>"));
  CHECK(as("text") == as("table"));
  CHECK(contains(as("text"), "messages"));
  CHECK(as("json") == world.run({"summary", "--range", "all", "--json"}).out);
}

TEST_CASE("a digest of nothing says so", "[commands]") {
  const World world;
  world.run({"import", world.write("no.txt", "nothing")});
  CHECK(world.run({"summary", "--format", "markdown"}).out == "# DMARC: no reports yet\n");
}

TEST_CASE("a digest is mailed by sendmail", "[commands]") {
  const World world;
  world.run({"import", world.write("a.xml", report_xml("1"))});
  const auto mail = [&](const std::string& program) {
    return world.run({"summary", "--range", "all", "--mail-to", "dmarc@example.com", "--sendmail", program});
  };
  const Finished sent = mail(sendmail(world, "exit 0"));
  CHECK(sent.exit_code == 0);
  CHECK(sent.out.empty());
  CHECK(file_text(world.directory / "called") == "-i -- dmarc@example.com\n");
  const std::string text = file_text(world.directory / "mail");
  CHECK(contains(text, "To: dmarc@example.com\nSubject: DMARC from 2023-11-15 to 2023-11-15: 100.0 % of 3 messages"));
  CHECK(contains(text, "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n"));
  // The body is what --format html prints, in base64.
  const std::string decode = "sed '1,/^$/d' " + tests::shell_quoted(world.directory / "mail") + " | base64 -d >" +
                             tests::shell_quoted(world.directory / "body");
  REQUIRE(std::system(decode.c_str()) == 0);
  CHECK(file_text(world.directory / "body") == world.run({"summary", "--range", "all", "--format", "html"}).out);
  CHECK(mail(sendmail(world, "exit 75")).exit_code == 75);
  CHECK(mail(sendmail(world, "exit 1")).exit_code == 1);
  CHECK(mail(world.directory / "none").exit_code == 69);
}
