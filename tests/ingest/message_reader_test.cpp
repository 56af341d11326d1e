#include "ingest/message_reader.h"

#include <algorithm>
#include <string>

#include "tests/support/catch.h"
#include "tests/support/pack.h"

using ingest::MailKind;
using ingest::MessageReading;
using namespace std::string_literals;

namespace {

constexpr std::int64_t now = 1767400000;  // 3 January 2026

std::string report(const std::string& id) {
  return "<?xml version=\"1.0\"?><feedback><report_metadata><org_name>reporter.example</org_name>"
         "<email>dmarc@reporter.example</email><report_id>" +
         id +
         "</report_id><date_range><begin>1767225600</begin><end>1767311999</end></date_range></report_metadata>"
         "<policy_published><domain>example.com</domain><p>none</p></policy_published><record><row><source_ip>192.0.2.1"
         "</source_ip><count>2</count><policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>fail</spf>"
         "</policy_evaluated></row><identifiers><header_from>example.com</header_from></identifiers><auth_results><spf>"
         "<domain>example.com</domain><result>fail</result></spf></auth_results></record></feedback>";
}
const std::string tls = R"({"organization-name":"x","report-id":"1","policies":[]})";

MessageReading read(const std::string& bytes, const std::string& name = "", const ingest::Limits& limits = {}) {
  return ingest::read_message(bytes, name, limits, now);
}

std::string mail(const std::string& body, const std::string& header = "") {
  return "Subject: x\n" + header +
         "Content-Type: multipart/mixed; boundary=\"=_b\"\n\n--=_b\nContent-Type: "
         "application/octet-stream; name=\"a.gz\"\n\n" +
         body + "\n--=_b--\n";
}

// Report ids or codes of all documents.
std::vector<std::string> outcomes(const MessageReading& reading) {
  std::vector<std::string> result;
  for (const auto& attachment : reading.attachments) {
    REQUIRE_FALSE(attachment.documents.empty());
    for (const auto& document : attachment.documents) {
      result.push_back(document.report ? document.report->metadata.report_id : document.report.error().code);
    }
  }
  return result;
}
using Outcomes = std::vector<std::string>;

}  // namespace

TEST_CASE("a mail gives its reports, a loose file itself") {
  const MessageReading in_mail = read(mail(tests::gzip(report("r"))));
  CHECK(in_mail.kind == MailKind::report);
  CHECK_FALSE(in_mail.loose_file);
  CHECK(in_mail.headers.subject == "x");
  REQUIRE(outcomes(in_mail) == Outcomes{"r"});
  CHECK(in_mail.attachments[0].name == "a.gz");
  CHECK(in_mail.attachments[0].bytes == tests::gzip(report("r")));
  CHECK(in_mail.attachments[0].documents[0].report->records.size() == 1);

  const MessageReading loose = read(tests::zip({{"r.xml", report("r")}}), "x.zip");
  CHECK(loose.loose_file);
  CHECK(loose.kind == MailKind::report);
  REQUIRE(outcomes(loose) == Outcomes{"r"});
  CHECK(loose.attachments[0].documents[0].name == "x.zip/r.xml");
}

TEST_CASE("every document of an archive has its own outcome and index") {
  const MessageReading reading = read(tests::zip({{"a.xml", report("a")},
                                                  {"b.xml", "<feedback><broken"},
                                                  {"c.txt", "words"},
                                                  {"d.json", tls},
                                                  {"e.json", "{}"},
                                                  {"f.xml.gz", tests::gzip(report("f"))}}));
  REQUIRE(reading.attachments.size() == 1);
  const auto& documents = reading.attachments[0].documents;
  REQUIRE(documents.size() == 6);
  for (std::size_t i = 0; i < documents.size(); ++i) CHECK(documents[i].index == i);
  CHECK(outcomes(reading)[0] == "a");
  CHECK(outcomes(reading)[1].substr(0, 4) == "xml_");
  CHECK(outcomes(reading)[2] == "not_a_report");
  CHECK(outcomes(reading)[3] == "tls_report");
  CHECK(outcomes(reading)[4] == "not_a_report");
  CHECK(outcomes(reading)[5] == "f");
}

TEST_CASE("TLS reports are filed as what they are") {
  for (const std::string& bytes : {tls, tests::gzip(tls), mail(tls), mail(tests::gzip(tls)),
                                   mail(tests::gzip(tls), "TLS-Report-Domain: example.com\n")}) {
    const MessageReading reading = read(bytes);
    CHECK(reading.kind == MailKind::tls_report);
    CHECK(reading.attachments.empty());
    CHECK_FALSE(reading.refused);
  }
  // Not the label decides: a DMARC report stays one.
  CHECK(outcomes(read(mail(tests::gzip(report("r")), "TLS-Report-Domain: example.com\n"))) == Outcomes{"r"});
}

TEST_CASE("a loose file without anything for us is nothing, and an empty one is broken") {
  for (const std::string& bytes : {"words"s, "\x89PNG\r\n\x1a\n\0"s, "{\"a\":1}"s, "key: value\n"s}) {
    const MessageReading reading = read(bytes, "x");
    CHECK(reading.loose_file);
    CHECK(reading.kind == MailKind::other);
    CHECK(reading.attachments.empty());
  }
  CHECK(outcomes(read("", "x.xml")) == Outcomes{"empty_attachment"});
}

TEST_CASE("a mail that was packed is read") {
  const std::string inner = mail(report("r"));
  for (const std::string& bytes : {tests::gzip(inner), tests::zip({{"m.eml", inner}})}) {
    const MessageReading reading = read(bytes, "m.eml.gz");
    CHECK_FALSE(reading.loose_file);
    CHECK(reading.headers.subject == "x");
    CHECK(outcomes(reading) == Outcomes{"r"});
  }
  const MessageReading several = read(
      tests::zip({{"1.eml", inner}, {"2.eml", mail(report("s"))}, {"3.eml", "Subject: lunch\n\nnoon"}}), "all.zip");
  CHECK(several.loose_file);
  CHECK(outcomes(several) == Outcomes{"r", "s", "not_a_report"});
  CHECK(several.attachments[0].documents[1].name == "all.zip/2.eml/a.gz");
}

TEST_CASE("a mail attached as an encoded file is read") {
  const std::string message =
      "Subject: Fwd\nContent-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: application/octet-stream; "
      "name=\"m.eml\"\nContent-Transfer-Encoding: quoted-printable\n\nSubject: inner\nContent-Type: text/xml\n\n";
  std::string body = report("r");
  for (std::size_t at = 0; (at = body.find('=', at)) != std::string::npos; at += 3) body.replace(at, 1, "=3D");
  CHECK(outcomes(read(message + body + "\n--o--\n")) == Outcomes{"r"});
}

TEST_CASE("mails nested in archives end somewhere") {
  std::string bytes = mail(report("r"));
  for (int i = 0; i < 8; ++i) {
    bytes = "Subject: x\nContent-Type: multipart/mixed; boundary=\"o" + std::to_string(i) + "\"\n\n--o" +
            std::to_string(i) + "\nContent-Type: application/zip\n\n" + tests::zip({{"m.eml", bytes}}) + "\n--o" +
            std::to_string(i) + "--\n";
  }
  CHECK(outcomes(read(bytes)) == Outcomes{"nested_archive"});
}

TEST_CASE("a mail that cannot be read says why and nothing else") {
  const MessageReading reading = read("Subject: a\0b\n\n"s + report("r"));
  REQUIRE(reading.refused);
  CHECK(reading.refused->code == "mime_nul");
  CHECK(reading.refused->position);
  CHECK(reading.attachments.empty());
}

TEST_CASE("mail with carriage returns alone is read") {
  std::string message = mail(report("r"));
  std::replace(message.begin(), message.end(), '\n', '\r');
  CHECK(outcomes(read(message)) == Outcomes{"r"});
}

TEST_CASE("the excerpt shows the place of an error as safe text") {
  std::string broken = report("r");
  broken.insert(broken.find("<record>"), "<org\x1bname/ <<&&\xff");
  broken.resize(broken.size() - 40);
  const MessageReading reading = read(broken);
  REQUIRE(reading.attachments.size() == 1);
  const auto& document = reading.attachments[0].documents[0];
  REQUIRE_FALSE(document.report);
  REQUIRE(document.report.error().position);
  CHECK_FALSE(document.excerpt.empty());
  CHECK(document.excerpt.size() <= 240);
  CHECK(document.excerpt.find('\x1b') == std::string::npos);
}

TEST_CASE("bytes behind a gzip are noted on the report") {
  const MessageReading reading = read(tests::gzip(report("r")) + "-- footer");
  REQUIRE(outcomes(reading) == Outcomes{"r"});
  const schema::Notes& notes = reading.attachments[0].documents[0].report->notes;
  CHECK(
      std::any_of(notes.begin(), notes.end(), [](const schema::Note& note) { return note.code == "trailing_bytes"; }));
}

TEST_CASE("a mail has so many reports and no more") {
  ingest::Limits limits;
  limits.reports = 2;
  CHECK(outcomes(read(tests::zip({{"a", report("a")}, {"b", report("b")}}), "", limits)) == Outcomes{"a", "b"});
  CHECK(outcomes(read(tests::zip({{"a", report("a")}, {"b", report("b")}, {"c", report("c")}}), "", limits)) ==
        Outcomes{"a", "b", "too_many_reports"});
}

TEST_CASE("read_message survives a mail cut at every length") {
  const std::string message = mail(tests::gzip(report("r")));
  for (std::size_t size = 0; size <= message.size(); ++size) {
    for (const std::string& outcome : outcomes(read(message.substr(0, size)))) {
      if (size < message.size() - 20) CHECK(outcome != "r");
    }
  }
}
