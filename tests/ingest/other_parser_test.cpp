// Mails with reports that another project reads too: both must say the same, field by field where both have the field.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "ingest/message_reader.h"
#include "tests/support/catch.h"
#include "tests/support/reports.h"

using namespace schema;
using nlohmann::json;

namespace {

std::string word(const json& value) {
  std::string out = value.is_null() ? "" : value.get<std::string>();
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (out == "unspecified" || out.empty()) return "unknown";
  if (out == "relaxed" || out == "strict") return out.substr(0, 1);
  return out == "mailfrom" ? "mfrom" : out;
}

std::string text(const json& value) {
  return value.is_null() ? "" : value.get<std::string>();
}

void compare(const json& theirs, const Record& ours) {
  const json& row = theirs["row"];
  CHECK(text(row["source_ip"]) == ours.source_ip->to_string());
  CHECK(row["count"] == ours.count);
  CHECK(word(row["policy_evaluated"]["disposition"]) == name(ours.policy_evaluated.disposition.value));
  CHECK(word(row["policy_evaluated"]["dkim"]) == name(ours.policy_evaluated.dkim.value));
  CHECK(word(row["policy_evaluated"]["spf"]) == name(ours.policy_evaluated.spf.value));
  CHECK(row["policy_evaluated"]["reason"].size() == ours.policy_evaluated.reasons.size());
  CHECK(text(theirs["identifiers"]["header_from"]) == ours.identifiers.header_from);
  CHECK(text(theirs["identifiers"]["envelope_from"]) == ours.identifiers.envelope_from.value_or(""));
  CHECK(text(theirs["identifiers"]["envelope_to"]) == ours.identifiers.envelope_to.value_or(""));
  const json &dkim = theirs["auth_results"]["dkim"], &spf = theirs["auth_results"]["spf"];
  REQUIRE(dkim.size() == ours.auth_results.dkim.size());
  for (std::size_t i = 0; i < dkim.size(); ++i) {
    CHECK(text(dkim[i]["domain"]) == ours.auth_results.dkim[i].domain);
    CHECK(text(dkim[i]["selector"]) == ours.auth_results.dkim[i].selector);
    CHECK(word(dkim[i]["result"]) == name(ours.auth_results.dkim[i].result.value));
  }
  REQUIRE(spf.size() == ours.auth_results.spf.size());
  for (std::size_t i = 0; i < spf.size(); ++i) {
    CHECK(text(spf[i]["domain"]) == ours.auth_results.spf[i].domain);
    CHECK(word(spf[i]["scope"]) == name(ours.auth_results.spf[i].scope.value));
    CHECK(word(spf[i]["result"]) == name(ours.auth_results.spf[i].result.value));
  }
}

void compare(const json& theirs, const PreparedReport& ours) {
  const json &metadata = theirs["report_metadata"], &policy = theirs["policy_published"];
  CHECK(text(metadata["org_name"]) == ours.metadata.org_name);
  CHECK(text(metadata["email"]) == ours.metadata.email);
  CHECK(text(metadata["extra_contact_info"]) == ours.metadata.extra_contact_info);
  CHECK(text(metadata["report_id"]) == ours.metadata.report_id);
  CHECK(metadata["date_range"]["begin"] == ours.metadata.begin);
  CHECK(metadata["date_range"]["end"] == ours.metadata.end);
  CHECK(metadata["error"].size() == ours.metadata.errors.size());
  CHECK(text(policy["domain"]) == ours.policy_published.domain);
  CHECK(word(policy["adkim"]) == name(ours.policy_published.adkim.value));
  CHECK(word(policy["aspf"]) == name(ours.policy_published.aspf.value));
  CHECK(word(policy["p"]) == name(ours.policy_published.p.value));
  CHECK(word(policy["sp"]) == name(ours.policy_published.sp.value));
  CHECK(policy["testing"] == ours.policy_published.testing.value_or(false));
  CHECK(text(policy["fo"]) == ours.policy_published.fo);
  REQUIRE(theirs["record"].size() == ours.records.size());
  std::size_t i = 0;
  for (const Record& record : ours.records) compare(theirs["record"][i++], record);
}

}  // namespace

TEST_CASE("another parser reads the same out of the same mails") {
  for (const char* number : {"100", "103", "104"}) {
    const std::string base = std::string(SHARED_DATA "/corpus/mail-auth/") + number;
    if (!std::filesystem::exists(base + ".json")) continue;
    INFO(base);
    const auto reading = ingest::read_message(support::read_file(base + ".eml"), "", {}, support::now);
    REQUIRE(reading.attachments.size() == 1);
    REQUIRE(reading.attachments[0].documents.size() == 1);
    const auto& report = reading.attachments[0].documents[0].report;
    REQUIRE(report);
    compare(json::parse(support::read_file(base + ".json")), *report);
  }
}
