// Records that are packed come out as they went in, and bytes that nobody packed are not taken for records.
#include "schema/packed_records.h"

#include <random>

#include "tests/support/catch.h"
#include "tests/support/make_report.h"

using namespace schema;

namespace {

constexpr PackedLimits generous{1'000'000, INT64_MAX / 1'000'000, INT64_MAX, 200};

std::vector<Record> unpacked(const PackedRecords& packed) {
  std::vector<Record> records;
  for (const Record& record : packed) records.push_back(record);
  return records;
}

std::vector<Record> odd_records() {
  auto record = tests::make_record("192.0.2.1", 7, DmarcResult::pass, DmarcResult::fail);
  std::vector<Record> all{record};
  record.source_ip.reset();
  record.source_ip_raw = "host.example";
  record.policy_evaluated.disposition = {Disposition::unknown, "explode"};
  record.policy_evaluated.reasons = {{{OverrideType::other, "odd"}, "why"}, {{OverrideType::forwarded, ""}, ""}};
  record.identifiers = {"", "", std::nullopt};
  all.push_back(record);
  record = tests::make_record("2001:db8::1", 0, DmarcResult::unknown, DmarcResult::unknown);
  record.identifiers.envelope_to = "example.net";
  record.auth_results = {};
  all.push_back(record);
  record.auth_results.dkim.push_back({"example.com", "", {AuthResult::other, "what"}, "human"});
  record.auth_results.spf.push_back({"example.org", {SpfScope::helo, ""}, {AuthResult::softfail, ""}, ""});
  all.push_back(record);
  all.push_back(all.front());
  return all;
}

// What follows from `parts` when something is done to them first.
std::optional<PackedRecords> changed(const std::function<void(PackedParts&)>& change, PackedLimits limits = generous) {
  auto parts = PackedRecords(odd_records()).parts();
  change(parts);
  return PackedRecords::checked(std::move(parts), limits);
}

}  // namespace

TEST_CASE("packed records come out as they went in") {
  CHECK(PackedRecords().empty());
  CHECK(unpacked(PackedRecords()).empty());
  const PackedRecords packed(odd_records());
  CHECK(packed.size() == odd_records().size());
  CHECK(unpacked(packed) == odd_records());

  std::mt19937 random(3);
  for (int i = 0; i < 200; ++i) {
    const auto report = tests::random_report(random);
    const PackedRecords more(report.records);
    REQUIRE(unpacked(more) == report.records);
    const auto checked = PackedRecords::checked(more.parts(), generous);
    REQUIRE(checked);
    CHECK(unpacked(*checked) == report.records);
  }
}

TEST_CASE("what records share is packed once") {
  const std::vector<Record> same(1000, odd_records().back());
  const PackedRecords packed(same);
  CHECK(packed.parts().results.size() == 1);
  CHECK(packed.parts().rows.size() < same.size() * 16);
  CHECK(packed.parts().texts.size() < 10);
}

TEST_CASE("numbered texts find each of many texts again") {
  NumberedTexts texts;
  for (int round = 0; round < 2; ++round) {
    for (std::uint32_t i = 0; i < 5000; ++i) REQUIRE(texts.number(i == 0 ? "" : std::to_string(i)) == i);
  }
  CHECK(texts.size() == 5000);
  CHECK(texts[4711] == "4711");
  CHECK(texts[0].empty());
}

TEST_CASE("bytes that nobody packed are not taken for records") {
  CHECK(changed([](auto&) {}));
  CHECK_FALSE(changed([](auto& parts) { ++parts.count; }));
  CHECK_FALSE(changed([](auto& parts) { parts.rows += '\0'; }));
  CHECK_FALSE(changed([](auto& parts) { parts.rows.pop_back(); }));
  CHECK_FALSE(changed([](auto& parts) { parts.texts = {}; }));
  CHECK_FALSE(changed([](auto& parts) { parts.results = {}; }));
  CHECK_FALSE(changed([](auto& parts) { parts.reasons.append("\x7f"); }));
  CHECK_FALSE(changed([](auto& parts) { parts.raw.append(""); }));
  // A list says that it is longer than it is, or names a text or a word that is none.
  for (const char* list : {"\x05", "\x01\x7f", "\x01\x01\x01\x7f"}) {
    CHECK_FALSE(changed([&](auto& parts) { parts.results.append(list); }));
  }
  auto limits = generous;
  limits.records = odd_records().size() - 1;
  CHECK_FALSE(changed([](auto&) {}, limits));
  limits = generous;
  limits.count = 6;
  CHECK_FALSE(changed([](auto&) {}, limits));
  limits = generous;
  limits.count_sum = 20;
  CHECK_FALSE(changed([](auto&) {}, limits));
  limits.count_sum = 21;
  CHECK(changed([](auto&) {}, limits));
  limits.list = 1;
  CHECK_FALSE(changed([](auto&) {}, limits));
}

TEST_CASE("rows with any byte changed are others, or none") {
  const PackedRecords packed(odd_records());
  std::mt19937 random(5);
  for (std::size_t at = 0; at < packed.parts().rows.size(); ++at) {
    for (int i = 0; i < 16; ++i) {
      auto parts = packed.parts();
      parts.rows[at] = static_cast<char>(static_cast<unsigned char>(parts.rows[at]) ^ (1u + random() % 255));
      const auto taken = PackedRecords::checked(std::move(parts), generous);
      if (taken) CHECK(unpacked(*taken).size() == packed.size());
    }
  }
}
