#include "ingest/report_rules.h"

#include <algorithm>
#include <set>
#include <string>

#include "tests/support/catch.h"
#include "tests/support/reports.h"

using namespace schema;
using namespace support;

namespace {

// "code detail" of each note.
std::multiset<std::string> findings(const std::string& xml) {
  const Report r = report(xml, {"", "", now, true});
  std::multiset<std::string> out;
  for (const Note& note : r.notes) out.insert(note.code + (note.detail.empty() ? "" : " " + note.detail));
  return out;
}

using Findings = std::multiset<std::string>;

}  // namespace

TEST_CASE("the reference documents follow their RFC to the letter") {
  CHECK(findings(rfc7489_report()) == Findings{});
  CHECK(findings(rfc9990_report()) == Findings{});
}

TEST_CASE("what is accepted silently is noted for those who ask") {
  const auto in_7489 = [](std::string_view from, std::string_view to) {
    return findings(edited(rfc7489_report(), from, to));
  };
  const auto in_9990 = [](std::string_view from, std::string_view to) {
    return findings(edited(rfc9990_report(), from, to));
  };
  CHECK(in_7489("<version>1.0</version>", "") == Findings{"element_missing feedback/version"});
  CHECK(in_7489("<version>1.0", "<version>0.1") == Findings{"value_not_allowed 0.1"});
  CHECK(in_7489("<sp>none</sp><pct>100</pct>", "") ==
        Findings{"element_missing policy_published/sp", "element_missing policy_published/pct"});
  CHECK(in_7489("<fo>0</fo>", "<fo>0</fo><np>none</np>") == Findings{"element_unknown policy_published/np"});
  CHECK(in_7489("<scope>mfrom</scope>", "") == Findings{"element_missing spf/scope"});
  CHECK(in_7489("<disposition>none", "<disposition>None") == Findings{"value_not_allowed None"});
  CHECK(in_7489("<email>dmarc@receiver.example</email>", "") == Findings{"element_missing report_metadata/email"});
  CHECK(in_7489("<dkim>pass</dkim><spf>fail</spf>", "<spf>fail</spf><dkim>pass</dkim>") ==
        Findings{"element_order policy_evaluated/dkim"});
  CHECK(in_7489("<?xml", "\n<?xml") == Findings{"leading_blanks"});
  CHECK(in_7489("</row>", "</row><category/>") == Findings{"element_unknown record/category"});

  CHECK(in_9990("<selector>s2</selector>", "") == Findings{"element_missing dkim/selector"});
  CHECK(in_9990("</p>", "</p><pct>100</pct>") == Findings{"element_unknown policy_published/pct"});
  CHECK(in_9990("</error>", "</error><error>x</error>") == Findings{"element_too_often report_metadata/error"});
  CHECK(in_9990(R"( xmlns="urn:ietf:params:xml:ns:dmarc-2.0")", "") == Findings{"namespace_missing"});
  CHECK(in_9990("1767225600-example.com@", "a:b@") == Findings{"report_id_form a:b@receiver.example"});
  CHECK(in_9990("<type>policy_test_mode", "<type>forwarded") == Findings{"value_not_allowed forwarded"});
  CHECK(in_9990("<reason><type>policy_test_mode</type><comment lang=\"en\">t=y</comment></reason>", "") ==
        Findings{"reason_missing"});
}

TEST_CASE("a report without records lacks one") {
  const std::string& xml = rfc7489_report();
  const auto begin = xml.find("<record>"), end = xml.find("</record>") + 9;
  CHECK(findings(xml.substr(0, begin) + xml.substr(end)) == Findings{"element_missing feedback/record"});
}

TEST_CASE("each finding has its own place") {
  std::string xml = edited(rfc7489_report(), "<disposition>none", "<disposition>None");
  xml = edited(xml, "<dkim>pass", "<dkim>Pass");
  const Report r = report(xml, {"", "", now, true});
  REQUIRE(r.notes.size() == 2);
  CHECK(r.notes[0].first.column < r.notes[1].first.column);
  CHECK(r.notes[0].first.line == r.notes[1].first.line);
}

TEST_CASE("every silent note is provoked here") {
  const std::set<std::string> provoked = {"leading_blanks",    "namespace_missing", "element_missing",
                                          "element_unknown",   "element_too_often", "element_order",
                                          "value_not_allowed", "report_id_form",    "reason_missing"};
  for (const NoteKind& kind : note_kinds())
    if (kind.severity == Severity::silent) CHECK(provoked.count(std::string(kind.code)) == 1);
}
