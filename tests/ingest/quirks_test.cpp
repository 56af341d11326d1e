// Ways in which real reports deviate, one small file each in tests/data/reports, with what must come of it in
// expectations.tsv there. Adding a quirk means adding a file and a line.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "schema/verdict.h"
#include "tests/support/catch.h"
#include "tests/support/reports.h"

using namespace schema;
using namespace support;

namespace {

template <typename E>
std::string shown(const Enumerated<E>& word) {
  return std::string(name(word.value)) + (word.raw.empty() ? "" : "(" + word.raw + ")");
}

template <typename T, typename Show>
std::string joined(const std::vector<T>& items, Show show) {
  std::string out;
  for (const T& item : items) out += (out.empty() ? "" : ",") + show(item);
  return out;
}

std::string shown(const DkimAuthResult& dkim) {
  return dkim.domain + "/" + dkim.selector + ":" + shown(dkim.result);
}

std::string shown(const SpfAuthResult& spf) {
  return spf.domain + "/" + shown(spf.scope) + ":" + shown(spf.result);
}

std::string shown(const Reason& reason) {
  return shown(reason.type) + (reason.comment.empty() ? "" : ":" + reason.comment);
}

std::string classes(const Report& report) {
  std::vector<std::int64_t> sums(result_class_count);
  for (const Record& record : report.records)
    sums[static_cast<std::size_t>(result_class(record.policy_evaluated))] += record.count;
  return joined(sums, [](std::int64_t sum) { return std::to_string(sum); });
}

// Everything that a line of expectations may ask for; those of records are of the first.
std::map<std::string, std::string> facts(const Report& report) {
  const PolicyPublished& policy = report.policy_published;
  std::map<std::string, std::string> out = {
      {"records", std::to_string(report.records.size())},
      {"messages", std::to_string(messages(report))},
      {"classes", classes(report)},
      {"dialect", std::string(name(report.dialect))},
      {"version", report.version},
      {"org_name", report.metadata.org_name},
      {"email", report.metadata.email},
      {"contact", report.metadata.extra_contact_info},
      {"id", report.metadata.report_id},
      {"begin", std::to_string(report.metadata.begin)},
      {"end", std::to_string(report.metadata.end)},
      {"domain", policy.domain},
      {"p", shown(policy.p)},
      {"sp", shown(policy.sp)},
      {"np", shown(policy.np)},
      {"adkim", shown(policy.adkim)},
      {"aspf", shown(policy.aspf)},
      {"pct", policy.pct ? std::to_string(*policy.pct) : "none"},
      {"testing", policy.testing ? (*policy.testing ? "y" : "n") : "none"},
      {"discovery_method", shown(policy.discovery_method)},
  };
  if (report.records.empty()) return out;
  const Record& record = report.records[0];
  const std::string raw_ip = record.source_ip_raw.empty() ? "" : "(" + record.source_ip_raw + ")";
  out["ip"] = (record.source_ip ? record.source_ip->to_string() : "") + raw_ip;
  out["disposition"] = shown(record.policy_evaluated.disposition);
  out["dkim"] = shown(record.policy_evaluated.dkim);
  out["spf"] = shown(record.policy_evaluated.spf);
  const auto show = [](const auto& item) { return shown(item); };
  out["reasons"] = joined(record.policy_evaluated.reasons, show);
  out["header_from"] = record.identifiers.header_from;
  out["envelope_from"] = record.identifiers.envelope_from.value_or("none");
  out["envelope_to"] = record.identifiers.envelope_to.value_or("none");
  out["dkim_results"] = joined(record.auth_results.dkim, show);
  out["spf_results"] = joined(record.auth_results.spf, show);
  return out;
}

struct Expectation {
  std::string file, outcome, notes, facts;
};

std::vector<Expectation> expectations() {
  std::vector<Expectation> out;
  std::istringstream lines(read_file(TEST_DATA "/reports/expectations.tsv"));
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream fields(line);
    Expectation expected;
    std::getline(fields, expected.file, '\t');
    std::getline(fields, expected.outcome, '\t');
    std::getline(fields, expected.notes, '\t');
    std::getline(fields, expected.facts, '\t');
    out.push_back(expected);
  }
  return out;
}

Result<Report> read_quirk(const std::string& file) {
  return read_report(read_file(TEST_DATA "/reports/" + file + ".xml"), {file + ".xml", "", now});
}

std::string sorted_notes(const Report& report) {
  std::vector<std::string> codes;
  for (const Note& note : report.notes) codes.push_back(note.code);
  std::sort(codes.begin(), codes.end());
  std::string out;
  for (const std::string& code : codes) out += (out.empty() ? "" : " ") + code;
  return out.empty() ? "-" : out;
}

}  // namespace

TEST_CASE("each known quirk of real reports ends as it should") {
  const auto all = expectations();
  REQUIRE(all.size() > 100);
  for (const Expectation& expected : all) {
    INFO(expected.file);
    const auto report = read_quirk(expected.file);
    INFO((report ? std::string() : report.error().message));
    CHECK((report ? "stored" : report.error().code) == expected.outcome);
    if (!report) continue;
    CHECK(sorted_notes(*report) == expected.notes);
    auto actual = facts(*report);
    std::istringstream words(expected.facts == "-" ? "" : expected.facts);
    for (std::string fact; words >> fact;) {
      const std::string key = fact.substr(0, fact.find('='));
      REQUIRE(actual.count(key) == 1);
      std::string value = key + "=" + actual[key];
      std::replace(value.begin(), value.end(), ' ', '_');
      CHECK(value == fact);
    }
  }
}

TEST_CASE("every file of a quirk has its line, and every line its file") {
  std::set<std::string> files, lines;
  for (const auto& entry : std::filesystem::directory_iterator(TEST_DATA "/reports"))
    if (entry.path().extension() == ".xml") files.insert(entry.path().stem().string());
  for (const char* reference : {"rfc7489", "rfc9990"}) CHECK(files.erase(reference) == 1);
  for (const Expectation& expected : expectations()) CHECK(lines.insert(expected.file).second);
  CHECK(files == lines);
}

TEST_CASE("every note that the reader can write is provoked by some quirk, and is in the table") {
  // Those that need a subject are provoked below; trailing bytes are seen where archives are unpacked.
  std::set<std::string_view> provoked = {"domain_from_subject", "org_name_from_subject", "org_name_from_file_name",
                                         "trailing_bytes"};
  for (const Expectation& expected : expectations())
    if (const auto report = read_quirk(expected.file))
      for (const Note& note : report->notes) {
        INFO(note.code);
        REQUIRE(note_kind(note.code) != nullptr);
        provoked.insert(note_kind(note.code)->code);
        CHECK(note.first.line >= 1);
        CHECK(note.first.column >= 1);
      }
  for (const NoteKind& kind : note_kinds()) {
    INFO(kind.code);
    CHECK(provoked.count(kind.code) == (kind.severity == Severity::silent ? 0 : 1));
  }
}

TEST_CASE("what the XML lacks is taken from the subject of the mail, then from the file name") {
  const std::string subject = "[list] Report domain: Example.net; Submitter: Mail.Receiver.example; Report-ID: <1@x>";
  const std::string file = "other.example!example.org!1704067200!1704153599!42.xml.gz";
  const std::string no_domain = edited(rfc7489_report(), "<domain>example.com</domain>", "<domain/>");
  CHECK(report(no_domain, {file, subject, now}).policy_published.domain == "example.net");
  CHECK(note_codes(report(no_domain, {file, subject, now})) == "domain_from_subject");
  CHECK(report(no_domain, {file, "", now}).policy_published.domain == "example.org");
  CHECK(refusal(no_domain, {"a.xml", "Report", now}) == "missing_field");

  std::string no_org = edited(rfc7489_report(), "mx.receiver.example", "");
  no_org = edited(no_org, "dmarc@receiver.example", "");
  CHECK(report(no_org, {file, subject, now}).metadata.org_name == "mail.receiver.example");
  CHECK(note_codes(report(no_org, {file, subject, now})) == "org_name_from_subject");
  CHECK(report(no_org, {file, "", now}).metadata.org_name == "other.example");
  CHECK(note_codes(report(no_org, {file, "", now})) == "org_name_from_file_name");
}
