// Reports of other people and attacks, where they lie beside the repository: none is copied into it.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/reports.h"

using namespace schema;
using namespace support;
namespace fs = std::filesystem;

namespace {

std::vector<fs::path> xml_files(const fs::path& folder) {
  std::vector<fs::path> out;
  if (!fs::is_directory(folder)) return out;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && entry.path().extension() == ".xml") out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

ingest::ReportHints named(const fs::path& path) {
  return {path.filename().string(), "", now};
}

}  // namespace

TEST_CASE("attacks on the reader of XML end as they must") {
  // What may come of each file; the first word is what this reader says.
  const std::map<std::string, std::string> expected = {{"b02_quadratic_blowup.xml", "xml_doctype"},
                                                       {"b03_xxe_file.xml", "xml_doctype"},
                                                       {"b04_xxe_http.xml", "xml_doctype"},
                                                       {"b06_xinclude.xml", "missing_field"},
                                                       {"b07_xml_deep_100k.xml", "xml_depth"},
                                                       {"b09_xml_many_attrs.xml", "xml_attributes"},
                                                       {"b15_xml_charref_nul.xml", "xml_illegal_char"},
                                                       {"b17_xml_charref_c0.xml", "xml_illegal_char"},
                                                       {"b18_xml_surrogate_ref.xml", "xml_illegal_char"},
                                                       {"b19_xml_utf16le_bom.xml", "stored"},
                                                       {"b20_xml_utf16be_doctype.xml", "xml_doctype"},
                                                       {"b22_xml_bad_utf8.xml", "stored"},
                                                       {"b23_xml_overlong.xml", "stored"},
                                                       {"b24_xml_windows1252.xml", "stored"},
                                                       {"b25_xml_bom_blank_lines.xml", "stored"},
                                                       {"b27_xml_truncated.xml", "xml_truncated"},
                                                       {"b28_xml_split_text.xml", "stored"},
                                                       {"b29_xml_duplicate_fields.xml", "ambiguous_field"},
                                                       {"b30_xml_namespaced.xml", "stored"},
                                                       {"b31_html_as_xml.xml", "xml_doctype"},
                                                       {"c04_count_zero.xml", "stored"},
                                                       {"c05_count_forms.xml", "stored"},
                                                       {"c10_date_1970.xml", "date_range"},
                                                       {"c11_date_2106.xml", "date_range"},
                                                       {"c12_date_negative.xml", "date_range"},
                                                       {"c13_date_2e63.xml", "date_range"},
                                                       {"c14_date_reversed.xml", "date_range"},
                                                       {"c15_date_10_years.xml", "date_range"},
                                                       {"c16_date_milliseconds.xml", "stored"},
                                                       {"c20_bad_ips.xml", "stored"},
                                                       {"c21_giant_domain.xml", "bad_domain"},
                                                       {"c24_domain_case_dot.xml", "stored"},
                                                       {"c25_enum_garbage.xml", "stored"},
                                                       {"c26_missing_record.xml", "stored"},
                                                       {"c27_missing_domain.xml", "missing_field"},
                                                       {"d07_like_wildcards.xml", "stored"},
                                                       {"d11_bidi_zero_width.xml", "stored"},
                                                       {"d15_ssti_format.xml", "stored"},
                                                       {"e06_key_concat_a.xml", "stored"},
                                                       {"e07_key_concat_b.xml", "stored"},
                                                       {"e09_forged_subdomain_flood.xml", "stored"}};
  for (const fs::path& path : xml_files(SHARED_DATA "/hostile")) {
    INFO(path.filename());
    const auto known = expected.find(path.filename().string());
    CHECK(known != expected.end());
    if (known != expected.end()) CHECK(refusal(read_file(path.string()), named(path)) == known->second);
  }
}

TEST_CASE("attacks that are stored are stored as text") {
  const auto of = [](const char* name) { return report(read_file(std::string(SHARED_DATA "/hostile/") + name)); };
  if (!fs::is_directory(SHARED_DATA "/hostile")) return;
  CHECK(of("b19_xml_utf16le_bom.xml").metadata.org_name == "h\xC3\xA9llo");
  CHECK(of("b22_xml_bad_utf8.xml").metadata.org_name ==
        "caf\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD end");
  CHECK(of("b23_xml_overlong.xml").metadata.org_name.find_first_of("<>") == std::string::npos);
  CHECK(of("b24_xml_windows1252.xml").metadata.org_name == "Caf\xC3\xA9 \xE2\x82\xAC");
  CHECK(of("b28_xml_split_text.xml").metadata.org_name == "google.com");
  CHECK(of("c24_domain_case_dot.xml").policy_published.domain == "example.com");
  const Report counts = of("c05_count_forms.xml");
  CHECK(messages(counts) == 0);
  CHECK(noted(counts, "count_unusable") == 3);
  CHECK(noted(counts, "count_missing") == 1);
  const Report words = of("c25_enum_garbage.xml");
  CHECK(words.policy_published.p.raw == "rejectish");
  CHECK_FALSE(words.policy_published.pct);
  CHECK(words.records.at(0).policy_evaluated.disposition.raw == "explode");
  CHECK(words.records.at(0).policy_evaluated.dkim.value == DmarcResult::pass);
  CHECK(words.records.at(0).policy_evaluated.spf.value == DmarcResult::unknown);
  CHECK(words.records.at(0).auth_results.dkim.at(0).result.value == AuthResult::fail);
  const Report addresses = of("c20_bad_ips.xml");
  std::string shown;
  for (const Record& record : addresses.records)
    shown += (record.source_ip ? record.source_ip->to_string() : "-") + " ";
  CHECK(shown == "192.0.2.9 192.0.2.8 2001:db8::1 - - - - fe80::1 - - - 10.0.0.1 - ");
}

TEST_CASE("of the public reports none is lost that could be read") {
  struct Refused {
    const char* path;  // of a file, or of a folder
    const char* code;
  };
  const std::vector<Refused> justified = {
      // Cut in the middle of an element by the program that took the names out of them.
      {"dmarcrua/known-invalid/", "xml_malformed"},
      // Compressed without a header, which is for another step to see.
      {"edge/26_zlib_no_gzip_hdr.xml", "xml_malformed"},
      // Two reports in a file: neither can be told to be the one that was meant.
      {"edge/54_two_docs_concatenated.xml", "xml_malformed"},
      {"edge/51_truncated_xml_missing_end.xml", "xml_truncated"},
      {"opendmarc/bad.com!example.com!1337140800!1337227200.xml", "xml_truncated"},
      {"edge/53_doctype_internal.xml", "xml_doctype"},
      // Dates that are none, and nothing in the file name to take them from.
      {"edge/45_date_empty.xml", "missing_field"},
      {"edge/46_date_sci.xml", "missing_field"},
      // Reversed; from 1970 to 2106; in 1975 and 1979, years taken over from the samples of the RFCs.
      {"edge/47_begin_end.xml", "date_range"},
      {"edge/61_1970_2106_span_bogus_count_10.xml", "date_range"},
      {"mail-auth/001.xml", "date_range"},
      {"mail-auth/004.xml", "date_range"},
      {"parsedmarc/aggregate/rfc9990-sample.xml", "date_range"},
  };
  const fs::path corpus = SHARED_DATA "/corpus";
  std::size_t stored = 0;
  for (const fs::path& path : xml_files(corpus)) {
    const std::string file = fs::relative(path, corpus).string();
    const std::string bytes = read_file(path.string());
    const auto report = read_report(bytes, named(path));
    if (report) {
      ++stored;
      continue;
    }
    if (bytes.empty()) continue;
    INFO(file << ": " << report.error().code << ", " << report.error().message);
    CHECK(std::any_of(justified.begin(), justified.end(), [&](const Refused& refused) {
      return file.rfind(refused.path, 0) == 0 && report.error().code == refused.code;
    }));
  }
  if (fs::is_directory(corpus)) CHECK(stored >= 1770);
}
