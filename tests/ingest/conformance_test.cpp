// The checks that a reader of aggregate reports must hold, by number: how documents are built and what they say. Inputs
// are small edits of the two reference documents.
#include <string>
#include <vector>

#include "schema/verdict.h"
#include "tests/support/catch.h"
#include "tests/support/reports.h"

using namespace schema;
using namespace support;

namespace {

ResultClass verdict(const Record& record) {
  return result_class(record.policy_evaluated);
}

bool passes(const Record& record) {
  return verdict(record) == ResultClass::pass_both || verdict(record) == ResultClass::pass_one;
}

void check_is_rfc7489(const Report& r) {
  const Report reference = report(rfc7489_report());
  CHECK(r.records == reference.records);
  CHECK(r.policy_published == reference.policy_published);
  CHECK(r.metadata.org_name == reference.metadata.org_name);
  CHECK(r.metadata.report_id == reference.metadata.report_id);
  CHECK(r.metadata.begin == reference.metadata.begin);
  CHECK(r.metadata.end == reference.metadata.end);
}

void check_is_rfc9990(const Report& r) {
  const Report reference = report(rfc9990_report());
  CHECK(r.records == reference.records);
  CHECK(r.policy_published == reference.policy_published);
  CHECK(r.metadata.generator == reference.metadata.generator);
  CHECK(r.metadata.errors == reference.metadata.errors);
}

const std::string verdict_lines = "<disposition>none</disposition><dkim>pass</dkim><spf>fail</spf>";

std::string with_verdict(std::string_view xml) {
  return edited(rfc7489_report(), verdict_lines, xml);
}

Record only_record(const std::string& xml) {
  const Report r = report(xml);
  REQUIRE(r.records.size() == 1);
  return r.records[0];
}

}  // namespace

TEST_CASE("conformance 1: the RFC 7489 document") {
  const Report r = report(rfc7489_report());
  CHECK(note_codes(r) == "");
  CHECK(r.dialect == Dialect::rfc7489);
  CHECK(r.version == "1.0");
  CHECK(r.metadata.org_name == "mx.receiver.example");
  CHECK(r.metadata.email == "dmarc@receiver.example");
  CHECK(r.metadata.report_id == "receiver.example.1704067200.42");
  CHECK(r.metadata.begin == 1704067200);
  CHECK(r.metadata.end == 1704153599);
  CHECK(r.policy_published.domain == "example.com");
  CHECK(r.policy_published.p.value == Policy::quarantine);
  CHECK(r.policy_published.sp.value == Policy::none);
  CHECK(r.policy_published.adkim.value == Alignment::r);
  CHECK(r.policy_published.pct == 100);
  CHECK(r.policy_published.fo == "0");
  REQUIRE(r.records.size() == 1);
  const Record& record = r.records[0];
  CHECK(record.count == 12);
  CHECK(record.source_ip->to_string() == "192.0.2.10");
  CHECK(record.source_ip_raw == "");
  CHECK(verdict(record) == ResultClass::pass_one);
  CHECK(record.policy_evaluated.dkim.value == DmarcResult::pass);
  CHECK(record.policy_evaluated.spf.value == DmarcResult::fail);
  CHECK(record.policy_evaluated.disposition.value == Disposition::none);
  CHECK(record.identifiers.header_from == "example.com");
  CHECK(record.identifiers.envelope_from == "bounce.esp.example");
  CHECK_FALSE(record.identifiers.envelope_to);
  REQUIRE(record.auth_results.dkim.size() == 1);
  CHECK(record.auth_results.dkim[0].selector == "s1");
  REQUIRE(record.auth_results.spf.size() == 1);
  CHECK(record.auth_results.spf[0].scope.value == SpfScope::mfrom);
}

TEST_CASE("conformance 2: the RFC 9990 document") {
  const Report r = report(rfc9990_report());
  CHECK(note_codes(r) == "");
  CHECK(r.dialect == Dialect::rfc9990);
  CHECK(r.metadata.errors == std::vector<std::string>{"sp tag has an unknown value"});
  CHECK(r.metadata.generator == "ExampleReporter 3.1");
  CHECK(r.metadata.extra_contact_info == "https://receiver.example/dmarc");
  CHECK(r.policy_published.discovery_method.value == DiscoveryMethod::treewalk);
  CHECK(r.policy_published.np.value == Policy::reject);
  CHECK(r.policy_published.testing == true);
  CHECK_FALSE(r.policy_published.pct);
  REQUIRE(r.records.size() == 2);
  CHECK(r.records[0].count == 3);
  CHECK(r.records[0].source_ip->to_string() == "2001:db8::25");
  CHECK(verdict(r.records[0]) == ResultClass::pass_both);
  CHECK(r.records[0].policy_evaluated.disposition.value == Disposition::pass);
  CHECK(r.records[1].count == 1);
  CHECK(verdict(r.records[1]) == ResultClass::fail_stopped);
  CHECK(r.records[1].policy_evaluated.reasons == std::vector<Reason>{{{OverrideType::policy_test_mode}, "t=y"}});
  CHECK(r.records[1].identifiers.envelope_from == "");
  CHECK(r.records[1].auth_results == AuthResults{});
}

TEST_CASE("conformance 3: namespaces do not matter") {
  const std::string ns = R"( xmlns="urn:ietf:params:xml:ns:dmarc-2.0")";
  check_is_rfc9990(report(edited(rfc9990_report(), ns, "")));
  check_is_rfc9990(report(edited(rfc9990_report(), ns, R"( xmlns="http://dmarc.org/dmarc-xml/0.1")")));

  std::string prefixed = edited(rfc9990_report(), ns, R"( xmlns:d="urn:ietf:params:xml:ns:dmarc-2.0")");
  prefixed = edited_everywhere(prefixed, "</", "</d:");
  for (std::size_t at = prefixed.find("<feedback"); at != prefixed.npos; at = prefixed.find('<', at + 1))
    if (prefixed[at + 1] != '/') prefixed.insert(at + 1, "d:");
  prefixed = edited_everywhere(prefixed, "d:x:", "x:");
  const Report r = report(prefixed);
  check_is_rfc9990(r);
  CHECK(r.dialect == Dialect::rfc9990);
  CHECK(note_codes(r) == "");
}

TEST_CASE("conformance 4: a prefixed root with children that have none") {
  std::string xml = edited(rfc7489_report(), "<feedback>",
                           R"(<ns1:feedback xmlns:ns1="http://dmarc.org/dmarc-xml/0.1"
                           xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                           xsi:schemaLocation="http://dmarc.org/dmarc-xml/0.1 dmarc_agg_report.xsd">)");
  xml = edited(xml, "</feedback>", "</ns1:feedback>");
  const Report r = report(xml);
  check_is_rfc7489(r);
  CHECK(note_codes(r) == "");
}

TEST_CASE("conformance 5: the version says nothing") {
  for (const char* version : {"", "<version>0.1</version>", "<version>2.0</version>", "<version>abc</version>"}) {
    const Report r = report(edited(rfc7489_report(), "<version>1.0</version>", version));
    check_is_rfc7489(r);
    CHECK(note_codes(r) == "");
  }
}

TEST_CASE("conformance 6: elements in any order") {
  std::string xml = rfc7489_report();
  const auto swap = [&xml](const std::string& first, const std::string& second) {
    xml = edited(xml, first, "\x01");
    xml = edited(xml, second, first);
    xml = edited(xml, "\x01", second);
  };
  swap("<org_name>mx.receiver.example</org_name>",
       "<date_range><begin>1704067200</begin><end>1704153599</end></date_range>");
  swap("<begin>1704067200</begin>", "<end>1704153599</end>");
  swap("<domain>example.com</domain>", "<fo>0</fo>");
  swap("<source_ip>192.0.2.10</source_ip>", "<count>12</count>");
  swap("<dkim>pass</dkim>", "<disposition>none</disposition>");
  swap("<dkim><domain>example.com</domain><selector>s1</selector><result>pass</result></dkim>",
       "<spf><domain>bounce.esp.example</domain><scope>mfrom</scope><result>pass</result></spf>");
  const auto cut = [&xml](const std::string& name) {
    const auto begin = xml.find("<" + name + ">"), end = xml.find("</" + name + ">") + name.size() + 3;
    const std::string out = xml.substr(begin, end - begin);
    xml.erase(begin, end - begin);
    return out;
  };
  const std::string record = cut("record"), metadata = cut("report_metadata"), version = cut("version");
  xml = edited(xml, "<feedback>", "<feedback>" + record);
  xml = edited(xml, "</feedback>", metadata + version + "</feedback>");
  const Report r = report(xml);
  check_is_rfc7489(r);
  CHECK(note_codes(r) == "");
}

TEST_CASE("conformance 7: blanks around values and letter case of words") {
  std::string xml =
      edited(rfc7489_report(), verdict_lines, "<disposition>None</disposition><dkim>Pass</dkim><spf>FAIL</spf>");
  std::string spaced;
  for (std::size_t i = 0; i < xml.size(); ++i) {
    if (xml[i] == '<' && i > 0 && xml[i + 1] == '/') spaced += " \t\r\n";
    spaced += xml[i];
    if (xml[i] == '>' && i + 1 < xml.size() && xml[i + 1] != '<') spaced += "\n\t ";
  }
  const Report r = report(spaced);
  check_is_rfc7489(r);
  CHECK(note_codes(r) == "");
}

TEST_CASE("conformance 8: authenticated, not aligned") {
  std::string xml = with_verdict("<disposition>none</disposition><dkim>fail</dkim><spf>fail</spf>");
  xml = edited(xml, "<dkim><domain>example.com</domain>", "<dkim><domain>esp.example</domain>");
  const Record record = only_record(xml);
  CHECK(verdict(record) == ResultClass::fail_delivered);
  CHECK(combination(record) == "spf+dkim");
  CHECK(estimate_alignment(record, {}) == AlignmentEstimate{DmarcResult::fail, DmarcResult::fail});
}

TEST_CASE("conformance 9: disposition quarantine with dkim pass") {
  const Record record =
      only_record(with_verdict("<disposition>quarantine</disposition><dkim>pass</dkim><spf>fail</spf>"));
  CHECK(passes(record));
  CHECK(record.policy_evaluated.disposition.value == Disposition::quarantine);
}

TEST_CASE("conformance 10: disposition pass in an RFC 7489 report") {
  const Report r = report(with_verdict("<disposition>pass</disposition><dkim>pass</dkim><spf>fail</spf>"));
  CHECK(passes(r.records[0]));
  CHECK(note_codes(r) == "");
}

TEST_CASE("conformance 11: no verdict") {
  for (const char* xml :
       {"<disposition>none</disposition>", "<disposition>none</disposition><dkim></dkim><spf> </spf>"}) {
    const Report r = report(with_verdict(xml));
    CHECK(verdict(r.records[0]) == ResultClass::unknown);
    CHECK(noted(r, "missing_verdict") == 2);
    CHECK(has_warning(r));
  }
  const auto begin = rfc7489_report().find("<policy_evaluated>"), end = rfc7489_report().find("</row>");
  const Report r = report(edited(rfc7489_report(), rfc7489_report().substr(begin, end - begin), ""));
  CHECK(verdict(r.records[0]) == ResultClass::unknown);
  CHECK(noted(r, "disposition_missing") == 1);
}

TEST_CASE("conformance 12: raw results in the place of the verdict") {
  const Report r = report(with_verdict("<disposition>none</disposition><dkim>none</dkim><spf>softfail</spf>"));
  CHECK(verdict(r.records[0]) == ResultClass::fail_delivered);
  CHECK(r.records[0].policy_evaluated.dkim.raw == "none");
  CHECK(r.records[0].policy_evaluated.spf.raw == "softfail");
  CHECK(noted(r, "verdict_raw_result") == 2);
}

TEST_CASE("conformance 13: raw results hardfail, unknown, error, invalid, empty, policy, TempError") {
  struct Case {
    const char* written;
    AuthResult result;
    const char* raw;
  };
  using enum AuthResult;
  for (const auto& [written, result, raw] : {Case{"hardfail", fail, "hardfail"},
                                             {"unknown", temperror, "unknown"},
                                             {"error", permerror, "error"},
                                             {"invalid", permerror, "invalid"},
                                             {"", AuthResult::unknown, ""},
                                             {"policy", policy, ""},
                                             {"TempError", temperror, ""},
                                             {"temp_error", temperror, "temp_error"},
                                             {"perm-fail", permerror, "perm-fail"},
                                             {"not.evaluated", AuthResult::unknown, "not.evaluated"},
                                             {"bestguess", other, "bestguess"}}) {
    INFO(written);
    const std::string xml = edited(rfc7489_report(), "<scope>mfrom</scope><result>pass</result>",
                                   "<scope>mfrom</scope><result>" + std::string(written) + "</result>");
    const Record record = only_record(xml);
    REQUIRE(record.auth_results.spf.size() == 1);
    CHECK(record.auth_results.spf[0].result.value == result);
    CHECK(record.auth_results.spf[0].result.raw == raw);
  }
}

TEST_CASE("conformance 14: override reasons") {
  const auto reasons = [](const std::string& xml) {
    return only_record(with_verdict(verdict_lines + xml)).policy_evaluated.reasons;
  };
  CHECK(reasons("<reason><type></type><comment></comment></reason>").empty());
  CHECK(reasons("<reason/>").empty());
  CHECK(reasons("<reason>sampled_out</reason>") == std::vector<Reason>{{{OverrideType::sampled_out}, ""}});
  CHECK(reasons("<reason><type>policy_test_mode</type></reason>") ==
        std::vector<Reason>{{{OverrideType::policy_test_mode}, ""}});
  CHECK(reasons("<reason><type>foo</type></reason>") == std::vector<Reason>{{{OverrideType::other, "foo"}, ""}});
  CHECK(reasons("<reason><comment>why</comment></reason>") == std::vector<Reason>{{{OverrideType::other}, "why"}});
}

TEST_CASE("conformance 15: sp absent, empty or nil; np, rf and ri in an RFC 7489 report") {
  for (const char* sp : {"", "<sp></sp>", "<sp/>", "<sp>nil</sp>"}) {
    const Report r = report(edited(rfc7489_report(), "<sp>none</sp>", sp));
    CHECK(r.policy_published.sp.value == Policy::unknown);
    CHECK_FALSE(has_warning(r));
  }
  CHECK(report(edited(rfc7489_report(), "<sp>none</sp>", "<sp>nil</sp>")).policy_published.sp.raw == "nil");
  const Report r = report(edited(rfc7489_report(), "<fo>0</fo>", "<np>reject</np><rf>afrf</rf><ri>86400</ri>"));
  CHECK(r.policy_published.np.value == Policy::reject);
  CHECK(r.dialect == Dialect::rfc7489);
  CHECK(note_codes(r) == "");
}

TEST_CASE("conformance 16: identities instead of identifiers") {
  const Report r = report(edited_everywhere(rfc7489_report(), "identifiers>", "identities>"));
  check_is_rfc7489(r);
  CHECK(note_codes(r) == "element_alias");
}

TEST_CASE("conformance 17: two spf and four empty dkim results") {
  const std::string empty = "<dkim><domain/><result/></dkim>";
  const std::string spf = "<spf><domain>bounce.esp.example</domain><result>pass</result></spf>";
  std::string xml =
      edited(rfc7489_report(), "<dkim><domain>example.com</domain><selector>s1</selector><result>pass</result></dkim>",
             empty + empty + empty + empty + spf);
  const Report r = report(xml);
  CHECK(r.records[0].auth_results.spf.size() == 2);
  CHECK(r.records[0].auth_results.dkim.empty());
  CHECK(noted(r, "empty_result_dropped") == 4);
}

TEST_CASE("conformance 18: no records; a record without messages and address") {
  const Report none = report(edited(rfc7489_report(), record_of(rfc7489_report()), ""));
  CHECK(none.records.empty());
  CHECK(note_codes(none) == "");
  std::string xml = edited(rfc7489_report(), "<source_ip>192.0.2.10</source_ip><count>12</count>",
                           "<source_ip></source_ip><count>0</count>");
  CHECK(messages(report(xml)) == 0);
  CHECK_FALSE(only_record(xml).source_ip);
}
