#include "ingest/attachments.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/support/catch.h"
#include "tests/support/pack.h"

using ingest::MailKind;
using ingest::MailParts;
using namespace std::string_literals;

namespace {

const std::string xml = "<?xml version=\"1.0\"?><feedback></feedback>";
const std::string xml_base64 = "PD94bWwgdmVyc2lvbj0iMS4wIj8+PGZlZWRiYWNrPjwvZmVlZGJhY2s+";

MailParts parts(const std::string& message) {
  schema::Result<MailParts> result = ingest::mail_parts(message, {});
  REQUIRE(result);
  return std::move(*result);
}

// A mail of two parts: prose, and one with this header and body.
std::string mail(const std::string& header, const std::string& body) {
  return "Subject: x\nContent-Type: multipart/mixed; boundary=\"b\"\n\n--b\n\nProse.\n--b\n" + header + "\n" + body +
         "\n--b--\n";
}

std::string name_of(const std::string& header) {
  const MailParts found = parts(mail(header, xml));
  REQUIRE(found.candidates.size() == 1);
  return found.candidates[0].name;
}

}  // namespace

TEST_CASE("a report is found whatever its part is labelled") {
  const std::string zipped = tests::zip({{"a.xml", xml}}), gzipped = tests::gzip(xml);
  struct Case {
    const char* what;
    std::string message, bytes;
  };
  const Case cases[] = {
      {"gzip called zip", mail("Content-Type: application/zip\n", gzipped), gzipped},
      {"zip called gz", mail("Content-Type: application/gzip; name=a.gz\n", zipped), zipped},
      {"base64 text", mail("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n", xml_base64), xml},
      {"octet-stream without a name",
       mail("Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n", xml_base64), xml},
      {"no type", mail("Content-Transfer-Encoding: base64\n", xml_base64), xml},
      {"inline", mail("Content-Disposition: inline\n", xml), xml},
      {"single part", "Subject: x\nContent-Type: application/gzip\nContent-Transfer-Encoding: base64\n\n" + xml_base64,
       xml},
      {"ContentType", mail("ContentType: application/gzip; name=a.gz\n", gzipped), gzipped},
      {"quoted-printable",
       mail("Content-Type: text/xml\nContent-Transfer-Encoding: quoted-printable\n",
            "<?xml version=3D\"1.0\"?><feedback>=\n</feedback>"),
       xml},
      {"base64 without label", mail("Content-Type: application/gzip\nContent-Transfer-Encoding: 8bit\n", xml_base64),
       xml},
      {"label without base64", mail("Content-Type: application/gzip\nContent-Transfer-Encoding: base64\n", gzipped),
       gzipped},
      {"unpadded, in odd lines",
       mail("Content-Transfer-Encoding: base64\n", xml_base64.substr(0, 50) + "\n " + xml_base64.substr(50)), xml},
      {"signed",
       "Content-Type: multipart/signed; boundary=b\n\n--b\n\n" + xml +
           "\n--b\nContent-Type: application/pgp-signature\n\n-----BEGIN PGP\n--b--\n",
       xml},
      {"no last boundary", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n" + xml, xml},
      {"no MIME-Version, no blank line before the preamble",
       "Content-Type: multipart/mixed;\n boundary=b\n\n--b\n\n" + xml + "\n--b--", xml},
      {"message in message in message",
       mail("Content-Type: message/rfc822\n",
            "Subject: 1\nContent-Type: message/rfc822\n\nSubject: 2\nContent-Type: text/xml\n\n" + xml),
       xml},
  };
  for (const Case& c : cases) {
    CAPTURE(c.what);
    const MailParts found = parts(c.message);
    REQUIRE(found.candidates.size() == 1);
    CHECK(found.candidates[0].bytes == c.bytes);
  }
}

TEST_CASE("what cannot hold a report is no candidate") {
  const char* bodies[] = {
      "Content-Type: text/html\n\n<html><body>your feedback</body></html>",
      "Content-Type: text/html\n\n<!DOCTYPE html><p>x",
      "Content-Type: application/xhtml+xml\n\n<?xml version=\"1.0\"?><html xmlns=\"x\"></html>",
      "Content-Type: text/plain\n\nLook at this: <feedback>",
      "Content-Type: image/png\n\n\x89PNG\r\n\x1a\n",
      "Content-Type: text/plain; name=\"signature.txt\"\n\n",
      "Content-Type: application/json\n\n{\"a\": 1}",
      "Content-Type: message/external-body; access-type=URL; URL=\"http://127.0.0.1/r.xml\"\n\nContent-Type: "
      "application/gzip\n\n",
  };
  for (const char* body : bodies) {
    CAPTURE(body);
    const MailParts found =
        parts("Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"s + body + "\n--b--\n");
    CHECK(found.candidates.empty());
    CHECK(found.kind == MailKind::other);
  }
}

TEST_CASE("what should hold a report but cannot be read is a candidate, to be refused by name") {
  const std::string headers[] = {
      mail("Content-Type: application/gzip; name=a.gz\n", ""),
      mail("Content-Type: application/octet-stream; name=a.xz\n",
           "\xfd"
           "7zXZ\0...."s),
      mail("Content-Type: application/ms-tnef; name=winmail.dat\n", "\x78\x9f\x3e\x22...."),
      mail("Content-Type: application/octet-stream; name=report.msg\n", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
      mail("Content-Type: application/pkcs7-mime; name=smime.p7m\n", "0\x80"),
  };
  for (const std::string& message : headers) {
    CAPTURE(message);
    CHECK(parts(message).candidates.size() == 1);
  }
}

TEST_CASE("file names are decoded, for display only") {
  CHECK(name_of("Content-Type: text/xml; name=\"a;b.xml\"\n") == "a;b.xml");
  CHECK(name_of("Content-Type: text/xml; name=t.xml\nContent-Disposition: attachment; filename=d.xml\n") == "d.xml");
  CHECK(
      name_of("Content-Disposition: attachment; filename*0=\"google.com!exam\";\n filename*1=\"ple.com!1!2.xml\"\n") ==
      "google.com!example.com!1!2.xml");
  CHECK(name_of("Content-Disposition: attachment; filename*1*=%C3%BC; filename*0*=utf-8'de'a%20\n") == "a \xc3\xbc");
  CHECK(name_of("Content-Disposition: attachment; filename=x; filename*=iso-8859-1''%FC.xml\n") == "\xc3\xbc.xml");
  CHECK(name_of("Content-Type: text/xml; name=\"=?utf-8?B?w7w=?=.xml\"\n") == "\xc3\xbc.xml");
  CHECK(name_of("Content-Type: text/xml; name=\"\x1b[31m../../x\"\n") == "[31m../../x");
}

TEST_CASE("headers are decoded and cleaned") {
  const MailParts found = parts(
      "From: =?utf-8?q?J=C3=B6rg?= <j@example.org>\nSubject: Report\n Domain: x\x1b\nMessage-ID: <1@x>\n"
      "Date: Fri, 02 Jan 2026 00:10:00 +0000\nAuthentication-Results: mx.example.com;\n dmarc=pass\n"
      "Authentication-Results: other; dmarc=fail\nTo: a group: x@y, z@w\n\nbody\n");
  CHECK(found.headers.from == "J\xc3\xb6rg <j@example.org>");
  CHECK(found.headers.subject == "Report Domain: x");
  CHECK(found.headers.message_id == "<1@x>");
  CHECK(found.headers.date == 1767312600);
  REQUIRE(found.headers.authentication_results.size() == 2);
  CHECK(found.headers.authentication_results[0] == "mx.example.com; dmarc=pass");
}

TEST_CASE("the kind of a mail is told by its headers and structure") {
  struct Case {
    const char* message;
    MailKind kind;
  };
  const Case cases[] = {
      {"Content-Type: multipart/report; report-type=\"tlsrpt\"; boundary=b\n\n--b\n\nx\n--b--\n", MailKind::tls_report},
      {"TLS-Report-Domain: example.com\n\n", MailKind::tls_report},
      {"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/tlsrpt+json\n\n{}\n--b--\n",
       MailKind::tls_report},
      {"Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\nx\n--b--\n",
       MailKind::failure_report},
      {"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/feedback-report\n\nx\n--b--\n",
       MailKind::failure_report},
      {"Subject: x\n\nA message claiming to be from you has failed the published DMARC\npolicy",
       MailKind::failure_report},
      {"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: "
       "message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b\n--b--\n",
       MailKind::bounce},
      {"X-Failed-Recipients: a@b\n\n", MailKind::bounce},
      {"Auto-Submitted: auto-replied\n\nI am away", MailKind::auto_reply},
      {"Auto-Submitted: auto-generated\n\n", MailKind::other},
      {"Subject: lunch\n\n", MailKind::other},
  };
  for (const Case& c : cases) {
    CAPTURE(c.message);
    CHECK(parts(c.message).kind == c.kind);
  }
}

TEST_CASE("reports inside the returned message of a bounce or failure report are not ours") {
  for (const char* type : {"delivery-status", "feedback-report"}) {
    CHECK(parts("Content-Type: multipart/report; report-type="s + type +
                "; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nSubject: x\n\n" + xml + "\n--b--\n")
              .candidates.empty());
  }
  // But a person's forward is.
  CHECK(parts(mail("Content-Type: message/rfc822\n", "Subject: x\n\n" + xml)).candidates.size() == 1);
}

TEST_CASE("mail_parts survives a message cut at every length") {
  const std::string message =
      "Subject: =?utf-8?B?w7w=?=\r\n" + mail("Content-Type: text/xml; name*0*=utf-8''a%20; name*1=\"b\"\r\n", xml);
  for (std::size_t size = 1; size <= message.size(); ++size) ingest::mail_parts(message.substr(0, size), {});
}

TEST_CASE("libmimetic is included by one file, which never asks it for addresses") {
  namespace fs = std::filesystem;
  const fs::path source = fs::path(TEST_DATA).parent_path().parent_path() / "ingest";
  REQUIRE(fs::exists(source / "attachments.cpp"));
  for (const fs::directory_entry& file : fs::directory_iterator(source)) {
    std::ostringstream text;
    text << std::ifstream(file.path()).rdbuf();
    const std::string code = text.str();
    CAPTURE(file.path().string());
    const bool is_wrapper = file.path().filename() == "attachments.cpp";
    CHECK((code.find("#include <mimetic") != std::string::npos) == is_wrapper);
    if (!is_wrapper) continue;
    // Header::to() and its like leave dangling pointers behind when an address does not parse.
    for (const char* accessor :
         {".from(", ".to(", ".cc(", ".bcc(", ".sender(", ".replyto(", ".messageid(", "->from(", "->to(", "Mailbox",
          "AddressList", "mimetic::Base64", "mimetic::QP", "mimetic/codec"}) {
      CAPTURE(accessor);
      CHECK(code.find(accessor) == std::string::npos);
    }
  }
}
