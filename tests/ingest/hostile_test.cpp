// Attacks and odd inputs kept beside the repository, where they are: each must end as its manifest or the table below
// says. Expectations that depend on the store or the settings are the ingester's.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "ingest/message_reader.h"
#include "ingest/open_mailbox.h"
#include "ingest/worker_pool.h"
#include "schema/reason.h"
#include "tests/support/catch.h"
#include "tests/support/encoded.h"

namespace fs = std::filesystem;
using tests::encoded;

namespace {

constexpr std::int64_t now = 1795200000;  // November 2026

std::string read_file(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// "stored", or the reason codes, of everything in the reading.
std::vector<std::string> outcomes(const ingest::MessageReading& reading) {
  if (reading.refused) return {reading.refused->code};
  if (reading.attachments.empty()) return {std::string(ingest::reason_code(reading.kind))};
  std::vector<std::string> result;
  for (const auto& attachment : reading.attachments) {
    for (const auto& document : attachment.documents) {
      result.push_back(document.report ? "stored" : document.report.error().code);
    }
  }
  return result;
}

std::vector<std::string> outcomes(const fs::path& path) {
  auto mailbox = ingest::open_mailbox(path.string(), {});
  REQUIRE(mailbox);
  std::vector<std::string> result;
  for (;;) {
    const auto message = (*mailbox)->next();
    REQUIRE(message);
    if (!*message) return result;
    const auto found = outcomes(ingest::read_message((*message)->bytes, (*message)->name, {}, now));
    result.insert(result.end(), found.begin(), found.end());
  }
}

bool is_reason_of(const std::string& code, const std::string& outcome) {
  if (code == "stored") return outcome == "stored";
  const schema::ReasonCode* reason = schema::reason_code(code);
  REQUIRE(reason != nullptr);
  return name(reason->outcome) == outcome;
}

}  // namespace

TEST_CASE("every hostile input ends as its manifest says") {
  const fs::path folder = fs::path(SHARED_DATA) / "hostile";
  if (!fs::exists(folder / "manifest.json")) return;
  const auto manifest = nlohmann::json::parse(read_file(folder / "manifest.json"));
  for (const auto& entry : manifest["cases"]) {
    const auto file = entry["file"].get<std::string>();
    const std::vector<std::string> found = outcomes(folder / file);
    CAPTURE(file, found);
    // Whose domain it is is a matter of settings.
    const auto wanted = entry["reason"] == "unknown_domain" ? "stored" : entry["expected"].get<std::string>();
    if (wanted == "stored") {
      CHECK(std::count(found.begin(), found.end(), "stored") == 1);
      continue;
    }
    auto reasons = entry["reason_alt"].get<std::vector<std::string>>();
    reasons.push_back(entry["reason"].get<std::string>());
    for (const std::string& code : found) {
      // Of a mailbox, a neighbour may be good.
      if (entry["via"] == "mbox" && code == "stored") continue;
      CHECK(is_reason_of(code, wanted));
      CHECK(std::find(reasons.begin(), reasons.end(), code) != reasons.end());
    }
    CHECK(std::any_of(found.begin(), found.end(), [](const std::string& code) { return code != "stored"; }));
  }
}

// The sanitized half of it: the same process, limits and protocol that the program uses, on both sides.
TEST_CASE("every hostile input is read in a sandbox as it is without, and none ends a worker") {
  const fs::path folder = fs::path(SHARED_DATA) / "hostile";
  if (!fs::exists(folder / "manifest.json")) return;
  const auto starter = std::move(*ingest::WorkerStarter::begin(ingest::read_message));
  ingest::WorkerPool pool(*starter);
  const auto manifest = nlohmann::json::parse(read_file(folder / "manifest.json"));
  for (const auto& entry : manifest["cases"]) {
    const auto file = entry["file"].get<std::string>();
    CAPTURE(file);
    auto mailbox = ingest::open_mailbox((folder / file).string(), {});
    REQUIRE(mailbox);
    for (;;) {
      const auto message = (*mailbox)->next();
      REQUIRE(message);
      if (!*message) break;
      const std::string& bytes = (*message)->bytes;
      const auto reading = pool.read(bytes, (*message)->name, {}, now);
      CHECK_FALSE(reading.worker_died);
      CHECK(encoded(reading, bytes) == encoded(ingest::read_message(bytes, (*message)->name, {}, now), bytes));
    }
  }
}

TEST_CASE("odd but usable inputs are read, the others named") {
  const fs::path folder = fs::path(SHARED_DATA) / "corpus" / "edge";
  if (!fs::exists(folder)) return;
  // What is not in the table is one report.
  const std::map<std::string, std::vector<std::string>> others = {
      {"12_email_two_reports_2_gz.eml", {"stored", "stored"}},
      {"25_gz_truncated.xml.gz", {"archive_truncated"}},
      {"45_date_empty.xml", {"missing_field"}},
      {"46_date_sci.xml", {"missing_field"}},
      {"47_begin_end.xml", {"date_range"}},
      {"51_truncated_xml_missing_end.xml", {"xml_truncated"}},
      {"53_doctype_internal.xml", {"xml_doctype"}},
      {"54_two_docs_concatenated.xml", {"xml_malformed"}},
      {"61_1970_2106_span_bogus_count_10.xml", {"date_range"}},
      {"63_poison_ruf_text_without_detected.eml", {"failure_report"}},
      {"64_tls_ok_null_contact_mx_host.json", {"tls_report"}},
      {"65_tls_no_policy_domain_no_policy_found.json", {"tls_report"}},
      {"66_tls_failure_details_null.json", {"tls_report"}},
      {"68_tls_policy_type_upper.json", {"tls_report"}},
      {"70_tls_failure_no_count.json", {"tls_report"}},
  };
  std::size_t files = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string file = entry.path().filename().string();
    const auto other = others.find(file);
    CAPTURE(file);
    CHECK(outcomes(entry.path()) == (other == others.end() ? std::vector<std::string>{"stored"} : other->second));
    ++files;
  }
  CHECK(files >= others.size());
}
