// What a source claimed: the raw results, each with whether its domain is aligned.
#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include "tests/support/api.h"

using schema::Alignment;
using schema::AuthResult;
using schema::SpfScope;

namespace {

schema::Report report(const std::string& id, Alignment dkim_mode, Alignment spf_mode) {
  auto made = tests::make_report(id);
  made.policy_published.adkim.value = dkim_mode;
  made.policy_published.aspf.value = spf_mode;
  made.records.resize(1);
  auto& record = made.records[0];
  record.identifiers.envelope_from = "bounce.example.com";
  record.auth_results.dkim = {{"example.com", "a", {AuthResult::fail}, ""},
                              {"mail.example.com", "b", {AuthResult::pass}, ""},
                              {"esp.example", "c", {AuthResult::pass}, ""},
                              {"", "d", {AuthResult::pass}, ""}};
  record.auth_results.spf = {{"bounce.example.com", {SpfScope::mfrom}, {AuthResult::pass}, ""},
                             {"mail.example.com", {SpfScope::helo}, {AuthResult::pass}, ""}};
  return made;
}

struct Claims : tests::Api {
  // "aligned" of each result of the one identity.
  std::string aligned(const char* of) {
    const auto data = json("/api/v1/sources/192.0.2.1?range=all")["data"];
    REQUIRE(data["identities"].size() == 1);
    std::string all;
    for (const auto& result : data["identities"][0][of]) all += result.at("aligned").dump() + " ";
    return all;
  }
};

}  // namespace

TEST_CASE("a domain of the same organisation is aligned in relaxed mode, also where no mode was published") {
  for (const auto mode : {Alignment::r, Alignment::unknown}) {
    Claims claims;
    claims.add(report("1", mode, mode));
    CHECK(claims.aligned("dkim") == "true true false null ");  // whatever became of the signature
    CHECK(claims.aligned("spf") == "true null ");              // HELO does not count beside a MAIL FROM domain
  }
}

TEST_CASE("in strict mode only the From domain itself is aligned, and each method has its own mode") {
  Claims claims;
  claims.add(report("1", Alignment::s, Alignment::r));
  CHECK(claims.aligned("dkim") == "true false false null ");
  CHECK(claims.aligned("spf") == "true null ");
}

TEST_CASE("where the mode changed, what depends on it is not said") {
  Claims claims;
  claims.add(report("1", Alignment::s, Alignment::s));
  claims.add(report("2", Alignment::r, Alignment::s));
  CHECK(claims.aligned("dkim") == "true null false null ");
  CHECK(claims.aligned("spf") == "false null ");
}

TEST_CASE("without a MAIL FROM domain the HELO name counts") {
  Claims claims;
  auto null_path = report("1", Alignment::r, Alignment::r);
  null_path.records[0].identifiers.envelope_from = "";
  null_path.records[0].auth_results.spf.erase(null_path.records[0].auth_results.spf.begin());
  claims.add(null_path);
  CHECK(claims.aligned("spf") == "true ");
}

TEST_CASE("the members of a raw result stay as they are stored") {
  Claims claims;
  claims.add(report("1", Alignment::r, Alignment::r));
  const auto identity = claims.json("/api/v1/sources/192.0.2.1?range=all")["data"]["identities"][0];
  CHECK(identity["dkim"][2] ==
        nlohmann::json({{"domain", "esp.example"}, {"selector", "c"}, {"result", "pass"}, {"aligned", false}}));
  CHECK(identity["spf"][1] ==
        nlohmann::json({{"domain", "mail.example.com"}, {"scope", "helo"}, {"result", "pass"}, {"aligned", nullptr}}));
}
