#include "ingest/report_values.h"

#include <string>

#include "ingest/report_hints.h"
#include "ingest/report_words.h"
#include "tests/support/catch.h"

using namespace ingest;

namespace {

std::string date(std::string_view text) {
  const auto parsed = parse_date(text);
  return parsed ? std::to_string(parsed->seconds) + " " + std::string(parsed->note) : "none";
}

std::string address(std::string_view text) {
  const auto parsed = parse_source_ip(text);
  return (parsed.ip ? parsed.ip->to_string() : "none") + " " + std::string(parsed.note);
}

}  // namespace

TEST_CASE("dates are seconds, milliseconds or RFC 3339") {
  CHECK(date("1704067200") == "1704067200 ");
  CHECK(date("0") == "0 ");
  CHECK(date("-5") == "-5 ");
  CHECK(date("1337270400.999") == "1337270400 ");
  CHECK(date("99999999999") == "99999999999 ");
  CHECK(date("100000000000") == "100000000 date_milliseconds");
  CHECK(date("1704067200999") == "1704067200 date_milliseconds");
  CHECK(date("9223372036854775807") == "9223372036854775807 ");
  CHECK(date("9223372036854775808") == "9223372036854775807 ");
  CHECK(date("-99999999999999999999") == "-9223372036854775807 ");
  CHECK(date("2024-01-01T00:00:00Z") == "1704067200 date_rfc3339");
  CHECK(date("2024-01-01 00:00:00") == "1704067200 date_rfc3339");
  CHECK(date("2024-02-29T23:59:60.5z") == "1709251200 date_rfc3339");
  CHECK(date("2024-01-01T09:00:00+09:00") == "1704067200 date_rfc3339");
  CHECK(date("2023-12-31T16:00:00-08:00") == "1704067200 date_rfc3339");
  CHECK(date("1970-01-01T00:00:00Z") == "0 date_rfc3339");
  CHECK(date("2000-03-01T00:00:00Z") == "951868800 date_rfc3339");
  for (const char* bad :
       {"", "integer", "1.7E9", "0x10", "1,704", "+5", ".5", "5.", "1704067200Z", "2024-01-01", "2024-13-01T00:00:00Z",
        "2024-01-32T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00+0900",
        "2024-01-01T00:00:00+99:00", "Mon, 1 Jan 2024 00:00:00 +0000"}) {
    INFO(bad);
    CHECK(date(bad) == "none");
  }
}

TEST_CASE("counts are whole decimal numbers") {
  CHECK(parse_count("12", 100) == 12);
  CHECK(parse_count("100", 100) == 100);
  CHECK(parse_count("007.00", 100) == 7);
  for (const char* bad : {"", "101", "-1", "+1", "1.5", "1.", ".0", "1e2", "0x1", "\xEF\xBC\x91", "1 2", "1,0", "nan"})
    CHECK_FALSE(parse_count(bad, 100));
}

TEST_CASE("source addresses in other clothes") {
  CHECK(address("192.0.2.1") == "192.0.2.1 ");
  CHECK(address("[192.0.2.1]") == "192.0.2.1 source_ip_repaired");
  CHECK(address("[IPv6:2001:db8::1]") == "2001:db8::1 source_ip_repaired");
  CHECK(address("ipv6: 2001:db8::1") == "2001:db8::1 source_ip_repaired");
  CHECK(address("[2001:db8::1]:465") == "2001:db8::1 source_ip_repaired");
  CHECK(address("fe80::1%25eth0") == "fe80::1 source_ip_repaired");
  CHECK(address("010.0.0.1") == "10.0.0.1 source_ip_leading_zeros");
  for (const char* bad :
       {"[", "]", "[]", "[2001:db8::1]x", "[2001:db8::1]:x", "192.0.2.1:", "192.0.2.1:25x", "1.2.3", "1.2.3.4.5",
        "0x7f.0.0.1", "2130706433", "010.0.0", "0256.0.0.1", "1.2.3.4, 5.6.7.8", "::1%"}) {
    INFO(bad);
    if (std::string_view(bad) != "::1%") CHECK(address(bad) == "none source_ip_unusable");
  }
}

TEST_CASE("domains out of addresses and brackets") {
  CHECK(parse_domain("Example.COM.").name == "example.com");
  CHECK(parse_domain("Example.COM.").note.empty());
  CHECK(parse_domain("<user@example.com>").name == "example.com");
  CHECK(parse_domain("<user@example.com>").note == "domain_repaired");
  CHECK(parse_domain("null").name.empty());
  CHECK(parse_domain("<>").name.empty());
}

TEST_CASE("no word that is not understood becomes a pass") {
  for (const char* word : {"passed", "ok", "yes", "1", "true", "pas", "p a s s x", "bestguesspass", "pass (test)"}) {
    INFO(word);
    CHECK(verdict_word(word).word.value != schema::DmarcResult::pass);
    CHECK(result_word(word).word.value != schema::AuthResult::pass);
  }
  CHECK(verdict_word("pass").word.value == schema::DmarcResult::pass);
  CHECK(result_word("PASS").word.value == schema::AuthResult::pass);
  CHECK(result_word("other").word == schema::Enumerated<schema::AuthResult>{schema::AuthResult::other, "other"});
  CHECK(policy_word("unknown").word == schema::Enumerated<schema::Policy>{schema::Policy::unknown, "unknown"});
}

TEST_CASE("a word that is not understood is kept, cut") {
  const std::string longer(1000, 'x');
  CHECK(result_word(longer).word.raw.size() == 128);
  CHECK(disposition_word(longer).word.raw.size() == 128);
}

TEST_CASE("the file name says who, for whom and when") {
  const auto hints = hints_of_file_name("MX.receiver.example!example.com!1704067200!1704153599!42.xml.gz");
  CHECK(hints.receiver == "mx.receiver.example");
  CHECK(hints.domain == "example.com");
  REQUIRE(hints.period);
  CHECK(hints.period->begin == 1704067200);
  CHECK(hints.period->end == 1704153599);
  CHECK(hints_of_file_name("a.zip/b!c!1!2.xml").domain == "c");
  CHECK(hints_of_file_name("_var_db_host!example.com!1704067200!1704153599").period);
  CHECK(hints_of_file_name("a!b!1704067200000!1704153599000.xml").period->begin == 1704067200);
  for (const char* bad : {"", "report.xml", "a!b", "a!b!1", "a!b!x!y.xml", "a!b!!.xml"})
    CHECK_FALSE(hints_of_file_name(bad).period);
  CHECK(hints_of_file_name("../../etc/x!<script>!1!2.xml").domain.empty());
}

TEST_CASE("the subject says for whom and by whom") {
  for (const char* subject : {"Report Domain: example.com Submitter: receiver.example Report-ID: <1@x>",
                              "[Preview] Report Domain: example.com Submitter: receiver.example Report-ID: 1",
                              "Report domain: Example.COM; Submitter: Receiver.Example; Report-ID: 1",
                              "Fwd: report domain : example.com submitter:receiver.example"}) {
    INFO(subject);
    CHECK(hints_of_subject(subject).domain == "example.com");
    CHECK(hints_of_subject(subject).submitter == "receiver.example");
  }
  CHECK(hints_of_subject("DMARC Aggregate Report for example.com").domain.empty());
  CHECK(hints_of_subject("").domain.empty());
  CHECK(hints_of_subject("Report Domain:").domain.empty());
}
