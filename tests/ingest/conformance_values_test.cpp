// The checks that a reader of aggregate reports must hold, by number: counts, addresses, dates, encodings, and what is
// refused. Inputs are small edits of the two reference documents.
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/reports.h"

using namespace schema;
using namespace support;

namespace {

std::string with_dates(std::string_view begin, std::string_view end) {
  std::string xml = edited(rfc7489_report(), "<begin>1704067200</begin>", "<begin>" + std::string(begin) + "</begin>");
  return edited(xml, "<end>1704153599</end>", "<end>" + std::string(end) + "</end>");
}

std::string utf16le(std::string_view ascii, bool mark) {
  std::string out = mark ? "\xFF\xFE" : "";
  for (const char c : ascii) {
    out += c;
    out += '\0';
  }
  return out;
}

}  // namespace

TEST_CASE("conformance 19: counts that are none") {
  const std::string good = record_of(rfc7489_report());
  for (const char* count : {"<count>-5</count>", "<count>abc</count>", "<count>99999999999999999999</count>", "",
                            "<count/>", "<count>1000000001</count>", "<count>1,234</count>", "<count>1e3</count>"}) {
    INFO(count);
    const std::string bad = edited(good, "<count>12</count>", count);
    const Report r = report(edited(rfc7489_report(), good, bad + good));
    REQUIRE(r.records.size() == 2);
    CHECK(r.records[0].count == 0);
    CHECK(r.records[1].count == 12);
    CHECK(has_warning(r));
  }
  for (const char* count : {"<count> 12 </count>", "<count>12.0</count>", "<count>0012</count>"})
    CHECK(messages(report(edited(rfc7489_report(), "<count>12</count>", count))) == 12);
  CHECK(messages(report(edited(rfc7489_report(), "<count>12", "<count>1000000000"))) == 1000000000);
}

TEST_CASE("conformance 20: source addresses") {
  struct Case {
    const char* written;
    const char* address;
    const char* raw;
    const char* notes;
  };
  for (const auto& [written, address, raw, notes] :
       {Case{"2001:DB8:0:0::1", "2001:db8::1", "2001:DB8:0:0::1", ""},
        {"::ffff:192.0.2.1", "192.0.2.1", "::ffff:192.0.2.1", ""},
        {" 192.0.2.1 ", "192.0.2.1", "", ""},
        {"[2001:db8::1]", "2001:db8::1", "[2001:db8::1]", "source_ip_repaired"},
        {"X.X.X.X", "none", "X.X.X.X", "source_ip_unusable"},
        {"", "none", "", "source_ip_missing"}}) {
    INFO(written);
    const Report r = report(edited(rfc7489_report(), "192.0.2.10", written));
    const Record& record = r.records[0];
    CHECK((record.source_ip ? record.source_ip->to_string() : "none") == address);
    CHECK(record.source_ip_raw == raw);
    CHECK(note_codes(r) == notes);
    CHECK(record.count == 12);
  }
  const Report missing = report(edited(rfc7489_report(), "<source_ip>192.0.2.10</source_ip>", ""));
  CHECK(note_codes(missing) == "source_ip_missing");
}

TEST_CASE("conformance 21: periods of any length up to 400 days") {
  struct Case {
    std::int64_t seconds;
    bool is_long;
  };
  for (const auto& [seconds, is_long] : {Case{0, false},
                                         {86399, false},
                                         {86400, false},
                                         {86414, false},
                                         {89253, false},
                                         {129600, false},
                                         {129601, true},
                                         {172800, true},
                                         {17411067, true},
                                         {400 * 86400, true}}) {
    const Report r = report(with_dates("1704067200", std::to_string(1704067200 + seconds)));
    CHECK(r.metadata.end - r.metadata.begin == seconds);
    CHECK(noted(r, "long_range") == (is_long ? 1 : 0));
  }
  CHECK(refusal(with_dates("1704067200", std::to_string(1704067200 + 400 * 86400 + 1))) == "date_range");
}

TEST_CASE("conformance 22: the day is that of the middle") {
  const auto day = [](std::int64_t begin) {
    const Report r = report(with_dates(std::to_string(begin), std::to_string(begin + 86400)));
    return report_day(r.metadata.begin, r.metadata.end) * 86400;
  };
  constexpr std::int64_t midnight = 1738195200;  // 2025-01-30T00:00:00Z
  CHECK(day(1738249200) == midnight + 86400);
  CHECK(day(midnight + 23 * 3600) == midnight + 86400);
  CHECK(day(midnight + 8 * 3600) == midnight);
}

TEST_CASE("conformance 23: forms of dates") {
  struct Case {
    const char* begin;
    const char* end;
    std::int64_t seconds;
    const char* notes;
  };
  for (const auto& [begin, end, seconds, notes] :
       {Case{"1337270400.0", "1337356799.0", 1337270400, ""},
        {" 1704067200 ", "1704153599\t", 1704067200, ""},
        {"2024-01-01T00:00:00Z", "2024-01-01T23:59:59Z", 1704067200, "date_rfc3339"},
        {"1704067200000", "1704153599000", 1704067200, "date_milliseconds"}}) {
    const Report r = report(with_dates(begin, end));
    CHECK(r.metadata.begin == seconds);
    CHECK(r.metadata.end == seconds + 86399);
    CHECK(note_codes(r) == notes);
  }
  const ingest::ReportHints named{"a.zip/mx.receiver.example!example.com!1704067200!1704153599!42.xml", "", now};
  for (const char* missing : {"", "integer"}) {
    const Report r = report(with_dates(missing, missing), named);
    CHECK(r.metadata.begin == 1704067200);
    CHECK(r.metadata.end == 1704153599);
    CHECK(note_codes(r) == "dates_from_file_name");
    CHECK(refusal(with_dates(missing, missing)) == "missing_field");
  }
}

TEST_CASE("conformance 27: the brackets of a report id do not matter, the rest of it does") {
  const auto id = [](const std::string& written) {
    return report(edited(rfc7489_report(), "receiver.example.1704067200.42", written)).metadata.report_id;
  };
  CHECK(id("&lt;a@b&gt;") == "a@b");
  CHECK(id("a@b") == "a@b");
  CHECK(id("a@c") == "a@c");
  CHECK(id("A@b") == "A@b");
  CHECK(id("&lt;&lt;a@b&gt;&gt;") == "<a@b>");
  CHECK(id("94d4e$3407=71a2!x:1@host") == "94d4e$3407=71a2!x:1@host");
  CHECK(id("00000000000000000000000012345") == "00000000000000000000000012345");
}

TEST_CASE("conformance 28: encodings") {
  const auto with_org = [](std::string_view org, std::string_view declaration) {
    std::string xml = edited(rfc7489_report(), "mx.receiver.example", org);
    return edited(xml, R"(<?xml version="1.0" encoding="UTF-8"?>)", declaration);
  };
  const std::string cafe = "Caf\xC3\xA9";
  const auto check = [&](const std::string& xml, std::string_view notes, const std::string& org) {
    const Report r = report(xml);
    CHECK(r.metadata.org_name == org);
    CHECK(note_codes(r) == notes);
    CHECK(messages(r) == 12);
  };
  check(with_org("Caf\xE9", R"(<?xml version="1.0" encoding="windows-1252"?>)"), "", cafe);
  check(with_org("Caf\xE9", R"(<?xml version="1.0"?>)"), "encoding_guessed", cafe);
  check(with_org("Caf\xE9", R"(<?xml version="1.0" encoding="UTF-8"?>)"), "encoding_guessed", cafe);
  check("\xEF\xBB\xBF" + with_org(cafe, R"(<?xml version="1.0" encoding="UTF-8"?>)"), "", cafe);
  check(utf16le(with_org("Cafe", R"(<?xml version="1.0" encoding="UTF-16"?>)"), true), "", "Cafe");
  check("\n \r\n" + with_org(cafe, R"(<?xml version="1.0"?>)"), "", cafe);
  check(with_org(cafe, ""), "", cafe);
  check(edited_everywhere(with_org(cafe, R"(<?xml version="1.0"?>)"), "\n", "\r\n"), "", cafe);
}

TEST_CASE("conformance 29: repairs of the text") {
  const auto check = [](const std::string& xml, std::string_view notes) {
    const Report r = report(xml);
    CHECK(r.records == report(rfc7489_report()).records);
    CHECK(note_codes(r) == notes);
  };
  check(edited(rfc7489_report(), "?>\n", "?>\"\n"), "junk_before");
  check(edited(rfc7489_report(), "<feedback>", R"(<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><feedback>)"),
        "junk_before");
  check(
      edited(rfc7489_report(), "<email>", "<extra_contact_info>https://r.example/?a=1&b=2</extra_contact_info><email>"),
      "bare_ampersand");
  check(edited(rfc7489_report(), "<email>dmarc@receiver.example", "<email><a@b.example>"), "markup_escaped");
  check(rfc7489_report() + std::string(5, '\0'), "control_characters");
  CHECK(report(edited(rfc7489_report(), "<email>dmarc@receiver.example", "<email><a@b.example>")).metadata.email ==
        "<a@b.example>");
}

TEST_CASE("conformance 30: document types are refused at once") {
  const std::clock_t begin = std::clock();  // of this process: the machine may be busy with others
  std::string bomb = "<?xml version=\"1.0\"?><!DOCTYPE feedback [<!ENTITY a \"aaaaaaaaaa\">";
  for (char c = 'b'; c < 'p'; ++c)
    bomb += std::string("<!ENTITY ") + c + " \"&" + char(c - 1) + ";&" + char(c - 1) + ";&" + char(c - 1) + ";\">";
  bomb += "]><feedback><version>&o;</version></feedback>";
  CHECK(refusal(bomb) == "xml_doctype");
  CHECK(refusal("<!DOCTYPE feedback [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><feedback>&x;</feedback>") ==
        "xml_doctype");
  CHECK(refusal("<!doctype html><html></html>") == "xml_doctype");
  CHECK(std::clock() - begin < CLOCKS_PER_SEC / 10);
}

TEST_CASE("conformance 31: a document that ends too early is kept out whole") {
  const std::string good = record_of(rfc7489_report());
  const std::string five = edited(rfc7489_report(), good, good + good + good + good + good);
  const auto second_end = five.find("</record>", five.find("</record>") + 1) + 9;
  const auto cut = read_report(five.substr(0, second_end));
  REQUIRE_FALSE(cut);
  CHECK(cut.error().code == "xml_truncated");
  REQUIRE(cut.error().position);
  CHECK(cut.error().position->byte == static_cast<std::int64_t>(second_end));
  CHECK(cut.error().position->line == 44);  // as an editor counts them
  CHECK(cut.error().position->column > 1);
  CHECK(refusal(five.substr(0, five.find("<date_range>") + 4)) == "xml_truncated");
}

TEST_CASE("conformance 40: hostile strings are text, and capped") {
  const auto org = [](std::string_view written) {
    return report(edited(rfc7489_report(), "mx.receiver.example", written)).metadata.org_name;
  };
  CHECK(org("&lt;script&gt;alert(1)&lt;/script&gt;") == "<script>alert(1)</script>");
  CHECK(org("=cmd|' /C calc'!A0") == "=cmd|' /C calc'!A0");
  CHECK(org("x\x1b[31mred") == "x[31mred");
  CHECK(org("x\xE2\x80\xAEtxt.exe") == "x\xE2\x80\xAEtxt.exe");
  CHECK(refusal(edited(rfc7489_report(), "mx.receiver.example", std::string(1 << 20, 'a'))) == "field_too_long");
  CHECK(refusal(edited(rfc7489_report(), "mx.receiver.example", "a&#27;b")) == "xml_illegal_char");
  const Report r = report(edited(rfc7489_report(), "<email>",
                                 "<extra_contact_info>" + std::string(1 << 20, 'a') + "</extra_contact_info><email>"));
  CHECK(r.metadata.extra_contact_info.size() == 4096);
  CHECK(note_codes(r) == "text_cut");
  CHECK(report(rfc7489_report(), {"../../etc/x!a!1!2.xml", "", now}).metadata.begin == 1704067200);
}
