#include "schema/content_hash.h"

#include <algorithm>
#include <string>

#include "schema/sha256.h"
#include "tests/support/catch.h"
#include "tests/support/make_report.h"

using schema::content_hash;

TEST_CASE("the content hash does not depend on the order of records") {
  auto records = tests::make_report().records;
  const auto hash = content_hash(records);
  CHECK(hash.size() == 32);
  std::ranges::reverse(records);
  CHECK(content_hash(records) == hash);
}

TEST_CASE("the content hash counts how often a record stands there") {
  auto records = tests::make_report().records;
  const auto hash = content_hash(records);
  records.push_back(records[0]);
  CHECK(content_hash(records) != hash);
  CHECK(content_hash({}) != hash);
}

TEST_CASE("whatever a record says changes the content hash") {
  const auto before = content_hash(tests::make_report().records);
  const auto changed = [&](auto change) {
    auto records = tests::make_report().records;
    change(records[0]);
    return content_hash(records) != before;
  };
  using schema::Record;
  CHECK(changed([](Record& r) { r.source_ip = schema::IpAddress::parse("192.0.2.2"); }));
  CHECK(changed([](Record& r) { r.source_ip.reset(); }));
  CHECK(changed([](Record& r) { ++r.count; }));
  CHECK(changed([](Record& r) { r.policy_evaluated.disposition.value = schema::Disposition::reject; }));
  CHECK(changed([](Record& r) { r.policy_evaluated.dkim.value = schema::DmarcResult::fail; }));
  CHECK(changed([](Record& r) { r.policy_evaluated.spf.value = schema::DmarcResult::unknown; }));
  CHECK(changed([](Record& r) { r.policy_evaluated.reasons.push_back({}); }));
  CHECK(changed([](Record& r) { r.identifiers.header_from = "example.org"; }));
  CHECK(changed([](Record& r) { r.identifiers.envelope_from = ""; }));
  CHECK(changed([](Record& r) { r.identifiers.envelope_to = ""; }));
  CHECK(changed([](Record& r) { r.auth_results.dkim.push_back({}); }));
  CHECK(changed([](Record& r) { r.auth_results.spf[0].scope.value = schema::SpfScope::helo; }));
  CHECK(changed([](Record& r) { r.auth_results.spf[0].domain = "example.org"; }));
}

TEST_CASE("how an understood word was spelled does not change the content hash") {
  auto records = tests::make_report().records;
  const auto before = content_hash(records);
  records[0].policy_evaluated.dkim.raw = "passed";
  CHECK(content_hash(records) == before);
  records[0].policy_evaluated.dkim = {schema::DmarcResult::unknown, "maybe"};
  const auto unknown = content_hash(records);
  records[0].policy_evaluated.dkim.raw = "perhaps";
  CHECK(content_hash(records) != unknown);
}

TEST_CASE("texts cannot flow into each other in the content hash") {
  auto one = tests::make_report().records;
  auto two = one;
  one[0].identifiers.envelope_from = "ab";
  one[0].identifiers.envelope_to = "c";
  two[0].identifiers.envelope_from = "a";
  two[0].identifiers.envelope_to = "bc";
  CHECK(content_hash(one) != content_hash(two));
}

// Reports that were stored are known by it.
TEST_CASE("the content hash of some records is always the same") {
  auto records = tests::make_report().records;
  for (int i = 0; i < 300; ++i)
    records.push_back(tests::make_record("192.0.2." + std::to_string(i % 256), i, schema::DmarcResult::pass,
                                         i % 3 == 0 ? schema::DmarcResult::pass : schema::DmarcResult::fail));
  CHECK(schema::hexadecimal(content_hash(records)) ==
        "244e24ab3eae33216eabb5cedcf07089bace4248c0a95b408baf227d5eaad5a9");
}

TEST_CASE("SHA-256 of known bytes") {
  CHECK(schema::hexadecimal(schema::sha256("abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  schema::Sha256 hash;
  hash.update("a");
  hash.update("bc");
  const auto first = hash.finish();
  hash.update("abc");
  CHECK(hash.finish() == first);
}
