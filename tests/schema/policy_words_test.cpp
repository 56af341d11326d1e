// What a report says of a published policy, as a line of text and back.
#include "schema/policy_words.h"

#include "tests/support/catch.h"

using namespace schema;

TEST_CASE("the words of a policy are read as the policy") {
  PolicyPublished policy;
  policy.p.value = Policy::quarantine;
  policy.sp.value = Policy::reject;
  policy.np.value = Policy::none;
  policy.adkim.value = Alignment::s;
  policy.aspf.value = Alignment::r;
  policy.pct = 0;
  policy.fo = "1:d:s";
  policy.testing = false;
  policy.discovery_method.value = DiscoveryMethod::treewalk;
  const auto words = policy_words(policy);
  CHECK(words == "p=quarantine; sp=reject; np=none; adkim=s; aspf=r; pct=0; fo=1:d:s; t=n; discovery_method=treewalk");
  CHECK(read_policy_words(words) == policy);
  CHECK(policy_words(PolicyPublished()).empty());
  CHECK(read_policy_words("p=unknown") == PolicyPublished());
  CHECK(policy_words(read_policy_words(" t = y ;p=none").value()) == "p=none; t=y");
}

TEST_CASE("what is no policy is not read as one") {
  for (const auto* text :
       {"", ";", "reject", "p", "p=", "p=maybe", "p=none; p=none", "p=none;", "P=none", "pct=101", "pct=-1", "pct=1x",
        "adkim=x", "t=1", "v=DMARC1; p=none", "p=none; rua=mailto:a@example.com"}) {
    INFO(text);
    CHECK_FALSE(read_policy_words(text));
  }
}
