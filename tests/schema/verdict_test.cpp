#include "schema/verdict.h"

#include "tests/support/catch.h"

using namespace schema;

namespace {

PolicyEvaluated evaluated(DmarcResult dkim, DmarcResult spf, Disposition disposition = Disposition::none) {
  PolicyEvaluated out;
  out.dkim.value = dkim;
  out.spf.value = spf;
  out.disposition.value = disposition;
  return out;
}

DkimAuthResult dkim(std::string domain, AuthResult result) {
  return {std::move(domain), "s1", {result}, ""};
}

SpfAuthResult spf(std::string domain, AuthResult result, SpfScope scope = SpfScope::mfrom) {
  return {std::move(domain), {scope}, {result}, ""};
}

Record record(std::vector<DkimAuthResult> dkims, std::vector<SpfAuthResult> spfs,
              DmarcResult verdict = DmarcResult::fail) {
  Record out;
  out.identifiers.header_from = "example.com";
  out.policy_evaluated = evaluated(verdict, verdict);
  out.auth_results = {std::move(dkims), std::move(spfs)};
  return out;
}

}  // namespace

TEST_CASE("the class of a record follows from the verdict alone") {
  using enum DmarcResult;
  CHECK(result_class(evaluated(pass, pass)) == ResultClass::pass_both);
  CHECK(result_class(evaluated(pass, fail)) == ResultClass::pass_one);
  CHECK(result_class(evaluated(unknown, pass)) == ResultClass::pass_one);
  CHECK(result_class(evaluated(fail, fail)) == ResultClass::fail_delivered);
  CHECK(result_class(evaluated(fail, fail, Disposition::pass)) == ResultClass::fail_delivered);
  CHECK(result_class(evaluated(fail, fail, Disposition::unknown)) == ResultClass::fail_delivered);
  CHECK(result_class(evaluated(fail, fail, Disposition::quarantine)) == ResultClass::fail_stopped);
  CHECK(result_class(evaluated(fail, fail, Disposition::reject)) == ResultClass::fail_stopped);
  CHECK(result_class(evaluated(unknown, fail, Disposition::reject)) == ResultClass::unknown);
  CHECK(result_class(evaluated(unknown, unknown)) == ResultClass::unknown);
  CHECK(result_class(evaluated(pass, fail, Disposition::reject)) == ResultClass::pass_one);
  CHECK(name(ResultClass::fail_stopped) == "fail_stopped");
}

TEST_CASE("the combination names what passed, or what was tried and failed") {
  using enum AuthResult;
  CHECK(combination(record({dkim("a", pass)}, {spf("a", pass)}, DmarcResult::pass)) == "dmarc+spf+dkim");
  CHECK(combination(record({dkim("a", fail)}, {spf("a", pass)}, DmarcResult::pass)) == "dmarc+spf");
  CHECK(combination(record({dkim("a", fail), dkim("b", pass)}, {}, DmarcResult::pass)) == "dmarc+dkim");
  CHECK(combination(record({}, {}, DmarcResult::pass)) == "dmarc");
  CHECK(combination(record({dkim("a", pass)}, {spf("a", pass)})) == "spf+dkim");
  CHECK(combination(record({}, {spf("a", fail), spf("a", pass)})) == "spf");
  CHECK(combination(record({dkim("a", pass)}, {spf("a", softfail)})) == "dkim");
  CHECK(combination(record({dkim("a", permerror)}, {spf("a", softfail)})) == "!spf+dkim");
  CHECK(combination(record({dkim("a", none)}, {spf("a", neutral)})) == "!spf");
  CHECK(combination(record({dkim("a", other)}, {spf("a", none)})) == "!dkim");
  CHECK(combination(record({dkim("a", unknown)}, {spf("a", none)})) == "none");
  CHECK(combination(record({}, {})) == "none");
}

TEST_CASE("a domain is aligned by its organisation, or in strict mode by its name") {
  CHECK(aligned("mail.example.com", "example.com", Alignment::r) == DmarcResult::pass);
  CHECK(aligned("mail.example.com", "news.example.com", Alignment::unknown) == DmarcResult::pass);
  CHECK(aligned("mail.example.com", "example.com", Alignment::s) == DmarcResult::fail);
  CHECK(aligned("example.com", "example.com", Alignment::s) == DmarcResult::pass);
  CHECK(aligned("badexample.com", "example.com", Alignment::r) == DmarcResult::fail);
  CHECK(aligned("a.co.uk", "b.co.uk", Alignment::r) == DmarcResult::fail);
  CHECK(aligned("", "example.com", Alignment::r) == DmarcResult::unknown);
  CHECK(aligned("example.com", "", Alignment::r) == DmarcResult::unknown);
}

TEST_CASE("alignment is estimated from the raw results") {
  using enum AuthResult;
  constexpr auto yes = DmarcResult::pass, no = DmarcResult::fail, unsure = DmarcResult::unknown;
  PolicyPublished relaxed;
  const auto estimate = [&](Record r) { return estimate_alignment(r, relaxed); };
  CHECK(estimate(record({dkim("example.com", pass)}, {spf("esp.example", pass)})) == AlignmentEstimate{yes, no});
  CHECK(estimate(record({dkim("mail.example.com", pass)}, {spf("b.example.com", pass)})) ==
        AlignmentEstimate{yes, yes});
  CHECK(estimate(record({dkim("example.com", fail)}, {spf("example.com", softfail)})) == AlignmentEstimate{no, no});
  CHECK(estimate(record({dkim("esp.example", pass), dkim("example.com", pass)}, {spf("x", fail)})).dkim == yes);
  CHECK(estimate(record({}, {spf("example.com", pass)})) == AlignmentEstimate{no, yes});
  CHECK(estimate(record({dkim("example.com", pass)}, {})) == AlignmentEstimate{yes, unsure});
  CHECK(estimate(record({}, {})) == AlignmentEstimate{unsure, unsure});
  CHECK(estimate(record({dkim("", pass)}, {spf("", pass)})) == AlignmentEstimate{unsure, unsure});

  PolicyPublished strict;
  strict.adkim.value = strict.aspf.value = Alignment::s;
  const Record sub = record({dkim("mail.example.com", pass)}, {spf("b.example.com", pass)});
  CHECK(estimate_alignment(sub, strict) == AlignmentEstimate{no, no});

  Record nobody = sub;
  nobody.identifiers.header_from.clear();
  CHECK(estimate(nobody) == AlignmentEstimate{unsure, unsure});
}

TEST_CASE("the HELO name counts only for the null reverse-path") {
  Record r = record({}, {spf("example.com", AuthResult::pass, SpfScope::helo)});
  CHECK(estimate_alignment(r, {}).spf == DmarcResult::unknown);
  r.identifiers.envelope_from = "esp.example";
  CHECK(estimate_alignment(r, {}).spf == DmarcResult::unknown);  // what the MAIL FROM domain gave is not said
  r.auth_results.spf.push_back(spf("esp.example", AuthResult::pass));
  CHECK(estimate_alignment(r, {}).spf == DmarcResult::fail);
  r.identifiers.envelope_from = "";
  CHECK(estimate_alignment(r, {}).spf == DmarcResult::pass);
}

TEST_CASE("a verdict contradicts raw results that cannot lead to it") {
  constexpr auto yes = DmarcResult::pass, no = DmarcResult::fail, unsure = DmarcResult::unknown;
  CHECK(contradicts(evaluated(yes, no), {no, no}));
  CHECK(contradicts(evaluated(no, no), {no, yes}));
  CHECK_FALSE(contradicts(evaluated(yes, no), {yes, no}));
  CHECK_FALSE(contradicts(evaluated(yes, no), {unsure, unsure}));
  CHECK_FALSE(contradicts(evaluated(unsure, unsure), {yes, no}));
}
