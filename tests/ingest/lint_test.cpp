#include "ingest/lint.h"

#include <algorithm>
#include <set>
#include <string>

#include "ingest/report_names.h"
#include "ingest/report_schema.h"
#include "tests/support/catch.h"
#include "tests/support/pack.h"
#include "tests/support/reports.h"

using namespace support;
using ingest::Finding;
using ingest::LintedDocument;
using ingest::LintSeverity;
using schema::Dialect;

namespace {

using Findings = std::multiset<std::string>;

LintedDocument linted(const std::string& bytes, std::optional<Dialect> dialect = {}, std::string_view name = "r.xml") {
  auto documents = ingest::lint(bytes, name, {}, now, dialect);
  REQUIRE(documents.size() == 1);
  return std::move(documents.front());
}

// "code element" of each finding, and what was written where there is no element.
Findings findings(const std::string& bytes, std::optional<Dialect> dialect = {}, std::string_view name = "r.xml") {
  Findings out;
  for (const Finding& finding : linted(bytes, dialect, name).findings)
    out.insert(finding.code + " " + (finding.element.empty() ? finding.detail : finding.element));
  return out;
}

Findings in_7489(std::string_view from, std::string_view to) {
  return findings(edited(rfc7489_report(), from, to));
}
Findings in_9990(std::string_view from, std::string_view to) {
  return findings(edited(rfc9990_report(), from, to));
}

std::string mail(const std::string& subject, const std::string& file_name, const std::string& xml) {
  return "From: a@receiver.example\nSubject: " + subject + "\nMIME-Version: 1.0\nContent-Type: text/xml; name=\"" +
         file_name + "\"\nContent-Disposition: attachment; filename=\"" + file_name + "\"\n\n" + xml;
}

const std::string subject_9990 =
    "Report Domain: example.com Submitter: receiver.example Report-ID: <1767225600-example.com@receiver.example>";
const std::string file_9990 = "receiver.example!example.com!1767225600!1767311999.xml";

}  // namespace

TEST_CASE("the reference documents are clean") {
  CHECK(findings(rfc7489_report()) == Findings{});
  CHECK(findings(rfc9990_report()) == Findings{});
  CHECK(linted(rfc7489_report()).dialect == Dialect::rfc7489);
  CHECK(linted(rfc9990_report()).dialect == Dialect::rfc9990);
  CHECK(findings(tests::gzip(rfc9990_report())) == Findings{});
}

TEST_CASE("each deviation from RFC 7489 is one finding") {
  CHECK(in_7489("<version>1.0</version>", "") == Findings{"element_missing feedback/version"});
  CHECK(in_7489("<version>1.0", "<version>0.1") == Findings{"value_not_allowed feedback/version"});
  CHECK(in_7489("<sp>none</sp>", "") == Findings{"element_missing feedback/policy_published/sp"});
  CHECK(in_7489("<sp>none</sp>", "<sp/>") == Findings{"value_not_allowed feedback/policy_published/sp"});
  CHECK(in_7489("<pct>100</pct>", "") == Findings{"element_missing feedback/policy_published/pct"});
  CHECK(in_7489("<fo>0</fo>", "") == Findings{"element_missing feedback/policy_published/fo"});
  CHECK(in_7489("</fo>", "</fo><np>none</np>") == Findings{"element_unknown feedback/policy_published/np"});
  CHECK(in_7489("<email>dmarc@receiver.example</email>", "") ==
        Findings{"element_missing feedback/report_metadata/email"});
  CHECK(in_7489("<scope>mfrom</scope>", "") == Findings{"element_missing feedback/record/auth_results/spf/scope"});
  CHECK(in_7489("<envelope_from>bounce.esp.example</envelope_from>", "") ==
        Findings{"element_missing feedback/record/identifiers/envelope_from"});
  CHECK(in_7489("<disposition>none", "<disposition>None") ==
        Findings{"value_not_allowed feedback/record/row/policy_evaluated/disposition"});
  CHECK(in_7489("<disposition>none", "<disposition>pass") ==
        Findings{"value_not_allowed feedback/record/row/policy_evaluated/disposition"});
  CHECK(in_7489("<count>12", "<count>12.0") == Findings{"value_not_allowed feedback/record/row/count"});
  CHECK(in_7489("<begin>1704067200", "<begin>1704067200.5") ==
        Findings{"value_not_allowed feedback/report_metadata/date_range/begin"});
  CHECK(in_7489("<dkim>pass</dkim><spf>fail</spf>", "<spf>fail</spf><dkim>pass</dkim>") ==
        Findings{"element_order feedback/record/row/policy_evaluated/dkim"});
  CHECK(in_7489("<?xml", "\n<?xml") == Findings{"leading_blanks "});
  CHECK(in_7489("</row>", "</row><category/>") == Findings{"element_unknown feedback/record/category"});
}

TEST_CASE("each deviation from RFC 9990 is one finding") {
  CHECK(in_9990("<selector>s2</selector>", "") ==
        Findings{"element_missing feedback/record/auth_results/dkim/selector"});
  CHECK(in_9990("</p>", "</p><pct>100</pct>") == Findings{"element_unknown feedback/policy_published/pct"});
  CHECK(in_9990("</error>", "</error><error>x</error>") ==
        Findings{"element_too_often feedback/report_metadata/error"});
  CHECK(in_9990("</spf>\n    </auth_results>",
                "</spf><spf><domain>a.example</domain><result>none</result></spf>\n    "
                "</auth_results>") == Findings{"element_too_often feedback/record/auth_results/spf"});
  CHECK(in_9990("<domain>example.com</domain><result>pass</result></spf>",
                "<domain>example.com</domain><scope>helo</scope><result>pass</result></spf>") ==
        Findings{"value_not_allowed feedback/record/auth_results/spf/scope"});
  CHECK(in_9990("1767225600-example.com@", "a:b@") == Findings{"report_id_form feedback/report_metadata/report_id"});
  CHECK(in_9990("<type>policy_test_mode", "<type>forwarded") ==
        Findings{"value_not_allowed feedback/record/row/policy_evaluated/reason/type"});
  CHECK(in_9990("<reason><type>policy_test_mode</type><comment lang=\"en\">t=y</comment></reason>", "") ==
        Findings{"reason_missing feedback/record"});
}

TEST_CASE("the namespace is that of the RFC, and covers what it should") {
  CHECK(in_9990(R"( xmlns="urn:ietf:params:xml:ns:dmarc-2.0")", "") == Findings{"namespace_missing feedback"});
  CHECK(in_9990("xmlns=\"urn", "xmlns=\"URN") == Findings{"namespace_missing feedback"});
  CHECK(in_9990("<x:arc-override>never</x:arc-override>", "<arc-override>never</arc-override>") ==
        Findings{"extension_namespace feedback/extension/arc-override"});
  CHECK(in_9990("<version>1.0</version>", "<x:version>1.0</x:version>") ==
        Findings{"namespace_missing feedback/version"});
  CHECK(in_9990("<x:arc-results>none</x:arc-results>", "<arc-results>none</arc-results>") ==
        Findings{"element_unknown feedback/record/arc-results"});

  CHECK(in_7489("<feedback>", R"(<feedback xmlns="http://dmarc.org/dmarc-xml/0.1">)") ==
        Findings{"namespace_wrong feedback"});
  std::string prefixed =
      edited(rfc7489_report(), "<feedback>", R"(<d:feedback xmlns:d="http://dmarc.org/dmarc-xml/0.1">)");
  prefixed = edited(prefixed, "</feedback>", "</d:feedback>");
  CHECK(findings(prefixed) == Findings{});
  CHECK(findings(edited(prefixed, "xml/0.1", "xml/0.2")) == Findings{"namespace_wrong feedback"});
}

TEST_CASE("the order holds across the records") {
  std::string xml = edited(rfc7489_report(), "<version>1.0</version>", "");
  CHECK(findings(edited(xml, "</feedback>", "<version>1.0</version></feedback>")) ==
        Findings{"element_order feedback/version"});
  xml = edited(rfc9990_report(), "<x:arc-results>none</x:arc-results>", "");
  CHECK(findings(edited(xml, "<record>", "<record><x:arc-results>none</x:arc-results>")) ==
        Findings{"element_order feedback/record/row", "element_order feedback/record/identifiers",
                 "element_order feedback/record/auth_results"});
}

TEST_CASE("a report without records lacks one") {
  const std::string& xml = rfc7489_report();
  const auto begin = xml.find("<record>"), end = xml.find("</record>") + 9;
  CHECK(findings(xml.substr(0, begin) + xml.substr(end)) == Findings{"element_missing feedback/record"});
}

TEST_CASE("what the parser notes is told once, by the parser") {
  CHECK(in_7489("<count>12</count>", "") == Findings{"count_missing feedback/record/row"});
  CHECK(in_7489("<count>12", "<count>twelve") == Findings{"count_unusable feedback/record/row/count"});
  CHECK(in_7489("<p>quarantine</p>", "") == Findings{"policy_missing feedback/policy_published"});
  CHECK(in_7489("<p>quarantine", "<p>never") == Findings{"policy_unknown feedback/policy_published/p"});
  CHECK(in_7489("<version>1.0</version>", "<Version>1.0</Version>") == Findings{"element_case feedback/Version"});
  CHECK(in_7489("<version>1.0</version>", "<version>1.0</version><version>1.0</version>") ==
        Findings{"element_repeated feedback/version"});
  CHECK(in_7489("<org_name>mx.receiver.example</org_name>", "") ==
        Findings{"org_name_from_email feedback/report_metadata"});
  CHECK(in_7489("<report_id>receiver.example.1704067200.42</report_id>", "") ==
        Findings{"report_id_missing feedback/report_metadata"});
  CHECK(in_7489("<header_from>example.com</header_from>", "") ==
        Findings{"header_from_missing feedback/record/identifiers"});
  CHECK(in_7489("<selector>s1</selector><result>pass", "<selector>s1</selector><result>hardfail") ==
        Findings{"result_mapped feedback/record/auth_results/dkim/result",
                 "verdict_contradicts_results feedback/record"});
  CHECK(in_7489("</auth_results>", "<spf><domain/><scope/><result/></spf></auth_results>") ==
        Findings{"empty_result_dropped feedback/record/auth_results/spf"});
  std::string identities = edited(rfc7489_report(), "<identifiers>", "<identities>");
  CHECK(findings(edited(identities, "</identifiers>", "</identities>")) ==
        Findings{"element_alias feedback/record/identities"});
  CHECK(in_9990("<reason><type>policy_test_mode</type><comment lang=\"en\">t=y</comment></reason>",
                "<reason>policy_test_mode</reason>") ==
        Findings{"reason_bare_text feedback/record/row/policy_evaluated/reason"});
  CHECK(in_9990("<type>policy_test_mode", "<type>because") ==
        Findings{"reason_unknown feedback/record/row/policy_evaluated/reason/type"});
}

TEST_CASE("each finding has its own place, also in records") {
  std::string xml = rfc9990_report();
  const std::size_t second = xml.find("<disposition>quarantine");
  xml = edited(xml, "<disposition>quarantine", "<disposition>Quarantine");
  xml = edited(xml, "<type>policy_test_mode", "<type>Policy_Test_Mode");
  const LintedDocument document = linted(xml);
  REQUIRE(document.findings.size() == 2);
  const Finding &first = document.findings[0], &last = document.findings[1];
  const auto line = 1 + std::count(xml.begin(), xml.begin() + static_cast<std::ptrdiff_t>(second), '\n');
  CHECK(first.detail == "Quarantine");
  REQUIRE(first.position);
  CHECK(first.position->line == line);
  CHECK(first.position->byte == static_cast<std::int64_t>(second) + 1);  // of the name behind '<'
  CHECK(first.position->column == static_cast<std::int64_t>(second - xml.rfind('\n', second)) + 1);
  CHECK(last.detail == "Policy_Test_Mode");
  REQUIRE(last.position);
  CHECK(last.position->byte == static_cast<std::int64_t>(xml.find("<type>")) + 1);
}

TEST_CASE("equal findings are listed one by one, up to a limit, in one pass") {
  const std::string xml = edited(rfc7489_report(), "<scope>mfrom</scope>", "");
  const std::string record = xml.substr(xml.find("<record>"), xml.find("</record>") + 9 - xml.find("<record>"));
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += record;
  const LintedDocument document = linted(edited(xml, "</feedback>", many + "</feedback>"));
  CHECK(document.findings.size() == 10'000);
  CHECK(document.unlisted == 10'001);
  CHECK(document.findings[0].position->line < document.findings[9'999].position->line);
}

TEST_CASE("what cannot be read is an error with its position") {
  const LintedDocument cut = linted(rfc7489_report().substr(0, 300));
  REQUIRE(cut.findings.size() == 1);
  CHECK(cut.findings[0].severity == LintSeverity::error);
  CHECK(cut.findings[0].code == "xml_truncated");
  CHECK(cut.findings[0].sentence == "The document ends too early.");
  CHECK(cut.findings[0].position);
  CHECK_FALSE(cut.dialect);
  CHECK(findings("no report at all") == Findings{"not_a_report there is no report in it"});
  CHECK(linted(edited(rfc7489_report(), "<begin>1704067200</begin>", "")).findings.back().code == "missing_field");
}

TEST_CASE("severities say how a finding is taken") {
  CHECK(linted(edited(rfc7489_report(), "<count>12</count>", "")).findings[0].severity == LintSeverity::warning);
  CHECK(linted(edited(rfc7489_report(), "<scope>mfrom</scope>", "")).findings[0].severity == LintSeverity::info);
}

TEST_CASE("what a report is noted for does not depend on being inspected") {
  std::string xml = edited(rfc7489_report(), "<count>12</count>", "");
  xml = edited(xml, "<scope>mfrom</scope>", "");
  std::size_t seen = 0;
  const ingest::Inspection inspection{{}, [&seen](ingest::SeenNote&&) { ++seen; }};
  const auto head = ingest::parse_report(
      xml, {"", "", now}, {}, [](schema::Record&&) {}, &inspection);
  REQUIRE(head);
  CHECK(seen == 2);
  REQUIRE(head->notes.size() == 1);
  CHECK(head->notes[0].code == "count_missing");
}

TEST_CASE("names of reports follow their grammar") {
  for (const char* id : {"a", "1767225600-example.com@receiver.example", "a.b@c", "{x}=!"})
    CHECK(ingest::is_report_id(id));
  for (const char* id : {"", "a:b", "a@b@c", ".a", "a.", "a..b", "a@", "@a", "a b"})
    CHECK_FALSE(ingest::is_report_id(id));

  for (const char* name : {"r.example!e.example!1!2.xml", "r.example!e.example!1!2!aB3.xml.gz"})
    CHECK(ingest::is_report_file_name(name));
  for (const char* name : {"report.xml", "r.example!e.example!1!2.zip", "r.example!e.example!1!2!a-b.xml",
                           "r.example!e.example!1!2!.xml", "r.example!e.example!x!2.xml", "r.example!!1!2.xml"})
    CHECK_FALSE(ingest::is_report_file_name(name));

  const auto in = [](Dialect dialect, const char* subject) { return ingest::is_report_subject(subject, dialect); };
  CHECK(in(Dialect::rfc9990, "Report Domain: e.example Submitter: r.example Report-ID: <a@b>"));
  CHECK(in(Dialect::rfc9990, "Report  Domain: e.example Submitter: r.example Report-ID: a"));
  CHECK(in(Dialect::rfc9990, "Report Domain: e.example Submitter: r.example"));
  CHECK_FALSE(in(Dialect::rfc9990, "Report domain: e.example Submitter: r.example Report-ID: a"));
  CHECK_FALSE(in(Dialect::rfc9990, "Report Domain: e.example; Submitter: r.example; Report-ID: a"));
  CHECK_FALSE(in(Dialect::rfc9990, "Fwd: Report Domain: e.example Submitter: r.example Report-ID: a"));
  CHECK_FALSE(in(Dialect::rfc9990, "Report Domain: e.example Submitter: r.example Report-ID: a:b"));
  CHECK_FALSE(in(Dialect::rfc9990, "Report Domain: e.example Submitter: r.example Report-ID:"));
  CHECK(in(Dialect::rfc7489, "Report domain: e.example Submitter: r.example Report-ID:<a@b>"));
  CHECK_FALSE(in(Dialect::rfc7489, "Report Domain: e.example Submitter: r.example"));
}

TEST_CASE("subject and file name are checked where they are given") {
  const std::string& xml = rfc9990_report();
  CHECK(findings(mail(subject_9990, file_9990, xml)) == Findings{});
  CHECK(findings(mail("Your report", file_9990, xml)) == Findings{"subject_form Your report"});
  CHECK(findings(mail(subject_9990, "report.xml", xml)) == Findings{"file_name_form report.xml"});
  const std::string other_subject = edited(subject_9990, "example.com", "example.org");
  CHECK(findings(mail(other_subject, file_9990, xml)) == Findings{"subject_contradicts " + other_subject});
  for (const std::string& other :
       {edited(file_9990, "example.com", "example.org"), edited(file_9990, "1999", "1998")}) {
    CHECK(findings(mail(subject_9990, other, xml)) == Findings{"file_name_contradicts " + other});
    CHECK(findings(xml, {}, other) == Findings{"file_name_contradicts " + other});
  }
  CHECK(findings(xml, {}, file_9990) == Findings{});
  CHECK(findings(xml, {}, "a!b") == Findings{"file_name_form a!b"});
}

TEST_CASE("each entry of an archive is checked by itself") {
  const std::string archive =
      tests::zip({{"a.xml", rfc7489_report()}, {"b.xml", edited(rfc7489_report(), "<fo>0</fo>", "")}});
  const auto documents = ingest::lint(archive, "reports.zip", {}, now);
  REQUIRE(documents.size() == 2);
  CHECK(documents[0].clean());
  CHECK(documents[1].name == "reports.zip/b.xml");
  CHECK(documents[1].findings.size() == 1);
}

TEST_CASE("words of the table are whole words") {
  const ingest::Content content{ingest::Holds::words, " none pass "};
  CHECK(ingest::allows(content, "none"));
  CHECK(ingest::allows(content, "pass"));
  for (const char* word : {"", "non", "one", "as", "none pass", " ", "None"})
    CHECK_FALSE(ingest::allows(content, word));
}

TEST_CASE("every silent note is provoked here") {
  const std::set<std::string> provoked = {
      "leading_blanks",  "namespace_missing", "namespace_wrong", "extension_namespace",   "element_missing",
      "element_unknown", "element_too_often", "element_order",   "value_not_allowed",     "report_id_form",
      "file_name_form",  "subject_form",      "reason_missing",  "file_name_contradicts", "subject_contradicts"};
  for (const schema::NoteKind& kind : schema::note_kinds())
    if (kind.severity == schema::Severity::silent) CHECK(provoked.count(std::string(kind.code)) == 1);
}
