#include <fstream>
#include <string>

#include "tests/support/catch.h"
#include "tests/support/run_program.h"

using tests::file_text;
using tests::Finished;
using tests::run_ruadar;

namespace {

const std::string clean_7489 = TEST_DATA "/reports/rfc7489.xml";
const std::string clean_9990 = TEST_DATA "/reports/rfc9990.xml";

bool contains(const std::string& text, const std::string& part) {
  UNSCOPED_INFO(text);
  return text.find(part) != std::string::npos;
}

std::string without(std::string text, const std::string& part) {
  const auto at = text.find(part);
  REQUIRE(at != text.npos);
  return text.erase(at, part.size());
}

}  // namespace

TEST_CASE("lint exits 0 for clean reports", "[commands]") {
  const Finished finished = run_ruadar({"lint", clean_7489, clean_9990});
  CHECK(finished.exit_code == 0);
  CHECK(finished.out.empty());
  CHECK(finished.err == "2 documents: 2 clean, 0 with 0 findings\n");
  CHECK(run_ruadar({"lint", "-", "-q"}, {}, clean_9990).exit_code == 0);
}

TEST_CASE("lint exits 4 and says where each finding is", "[commands]") {
  const tests::TemporaryDirectory directory;
  const std::string path = directory / "bad.xml";
  std::ofstream(path) << without(file_text(clean_7489), "<scope>mfrom</scope>");
  const Finished finished = run_ruadar({"lint", path, clean_9990});
  CHECK(finished.exit_code == 4);
  CHECK(contains(finished.out, path + ":"));
  CHECK(contains(finished.out, ": info: element_missing feedback/record/auth_results/spf/scope: "));
  CHECK(contains(finished.out, "[RFC 9990 B, RFC 7489 C]\n"));
  CHECK(contains(finished.err, "2 documents: 1 clean, 1 with 1 findings\n"));

  const Finished json = run_ruadar({"lint", path, "--json"});
  CHECK(json.exit_code == 4);
  CHECK(json.err.empty());
  CHECK(contains(json.out, "\"rfc\":\"rfc7489\",\"findings\":[{\"severity\":\"info\",\"code\":\"element_missing\""));
  CHECK(contains(json.out, "\"position\":{\"line\":"));
  CHECK(contains(json.out, "\"unlisted\":0}\n"));
}

TEST_CASE("lint checks against the RFC that is asked for", "[commands]") {
  CHECK(run_ruadar({"lint", clean_7489, "--rfc", "7489"}).exit_code == 0);
  const Finished finished = run_ruadar({"lint", clean_7489, "--rfc", "9990"});
  CHECK(finished.exit_code == 4);
  CHECK(contains(finished.out, "namespace_missing feedback:"));
  CHECK(contains(finished.out, "element_unknown feedback/policy_published/pct:"));
  CHECK(run_ruadar({"lint", clean_7489, "--rfc", "7490"}).exit_code == 2);
  CHECK(run_ruadar({"lint"}).exit_code == 2);
}

TEST_CASE("a document that cannot be read is a finding, a file that cannot is none", "[commands]") {
  const tests::TemporaryDirectory directory;
  std::ofstream(directory / "cut.xml") << file_text(clean_7489).substr(0, 300);
  std::ofstream(directory / "prose.txt") << "no report\x1b";
  const Finished cut = run_ruadar({"lint", directory / "cut.xml"});
  CHECK(cut.exit_code == 4);
  CHECK(contains(cut.out, ": error: xml_truncated: The document ends too early."));
  CHECK(run_ruadar({"lint", directory / "prose.txt"}).exit_code == 4);
  CHECK(run_ruadar({"lint", directory / "none.xml"}).exit_code == 1);
  const Finished partly = run_ruadar({"lint", directory / "none.xml", clean_7489});
  CHECK(partly.exit_code == 3);
  CHECK(contains(partly.err, "1 documents: 1 clean, 0 with 0 findings, 1 unreadable\n"));
}
