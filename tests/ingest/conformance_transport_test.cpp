// The checks that a reader of aggregate reports must hold, by number: how reports travel.
#include <algorithm>
#include <ctime>
#include <string>
#include <vector>

#include "ingest/message_reader.h"
#include "ingest/transfer_decoding.h"
#include "tests/support/catch.h"
#include "tests/support/pack.h"
#include "tests/support/reports.h"

using ingest::MailKind;
using ingest::MessageReading;
using support::rfc7489_report;
using support::rfc9990_report;
using tests::gzip;
using tests::zip;
using namespace std::string_literals;

namespace {

MessageReading read(const std::string& bytes) {
  return ingest::read_message(bytes, "", {}, 1795200000);
}

// "ok" or the reason code of each document.
std::vector<std::string> outcomes(const MessageReading& reading) {
  if (reading.refused) return {reading.refused->code};
  std::vector<std::string> result;
  for (const auto& attachment : reading.attachments) {
    for (const auto& document : attachment.documents) {
      result.push_back(document.report ? "ok" : document.report.error().code);
    }
  }
  return result;
}
using Outcomes = std::vector<std::string>;

// In lines of `width`; 0: one line.
std::string base64(const std::string& bytes, std::size_t width = 76, bool padded = true) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text, lines;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    unsigned bits = 0;
    for (std::size_t j = 0; j < 3; ++j) bits = bits << 8 | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j <= count; ++j) text += alphabet[bits >> (18 - 6 * j) & 63U];
    if (padded) text.append(3 - count, '=');
  }
  if (width == 0) return text;
  for (std::size_t i = 0; i < text.size(); i += width) lines += text.substr(i, width) + "\r\n";
  return lines;
}

std::string mail(const std::string& part_header, const std::string& body) {
  return "From: dmarc@receiver.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; "
         "boundary=\"=_b\"\r\n\r\n--=_b\r\nContent-Type: text/plain\r\n\r\nA report.\r\n--=_b\r\n" +
         part_header + "\r\n" + body + "\r\n--=_b--\r\n";
}
std::string base64_mail(const std::string& part_header, const std::string& bytes) {
  return mail(part_header + "Content-Transfer-Encoding: base64\r\n", base64(bytes));
}

// Of this process, whatever else the machine does.
template <typename Work>
double seconds(Work work) {
  const std::clock_t begin = std::clock();
  work();
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

}  // namespace

TEST_CASE("conformance 32: labels do not matter") {
  const std::string gz = gzip(rfc7489_report()), zipped = zip({{"a.xml", rfc7489_report()}});
  const std::string mails[] = {
      base64_mail("Content-Type: application/zip; name=a.zip\r\n", gz),
      base64_mail("Content-Type: application/gzip; name=a.xml.gz\r\n", zipped),
      base64_mail("Content-Type: text/plain\r\n", gz),
      base64_mail("Content-Type: application/octet-stream\r\n", gz),
      "From: a@b\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64(zipped),
      base64_mail("ContentType: application/gzip\r\n", gz),
      base64_mail("Content-Type: application/gzip\r\nContent-Disposition: inline\r\n", gz),
      base64_mail("Content-Type: application/octet-stream\r\nContent-Disposition: attachment;\r\n "
                  "filename*0=\"a!b!1!\";\r\n filename*1=\"2.xml.gz\"\r\n",
                  gz),
  };
  for (const std::string& message : mails) {
    CAPTURE(message.substr(0, 400));
    CHECK(outcomes(read(message)) == Outcomes{"ok"});
  }
  CHECK(read(mails[7]).attachments[0].name == "a!b!1!2.xml.gz");
}

TEST_CASE("conformance 33: archives of every make") {
  const std::string xml = rfc7489_report();
  CHECK(outcomes(read(gzip(xml) + "\r\n")) == Outcomes{"ok"});
  CHECK(outcomes(read(gzip(xml.substr(0, 100)) + gzip(xml.substr(100)))) == Outcomes{"ok"});
  CHECK(outcomes(read(gzip(gzip(xml)))) == Outcomes{"ok"});
  CHECK(outcomes(read(zip({{"a.xml.gz", gzip(xml)}}))) == Outcomes{"ok"});
  CHECK(outcomes(read(
            zip({{"d/", "", true}, {"__MACOSX/d/._a.xml", "x"}, {"d/a.xml", xml}, {"d/b.xml", rfc9990_report()}}))) ==
        Outcomes{"ok", "ok"});
}

TEST_CASE("conformance 34: the word that Yahoo packed") {
  const MessageReading reading = read(mail("Content-Type: application/gzip\r\nContent-Transfer-Encoding: base64\r\n",
                                           "H4sIAKImTmQAAyvNKy1OTQEA+UgslAYAAAA="));
  REQUIRE(outcomes(reading) == Outcomes{"not_a_report"});
  CHECK(reading.attachments[0].documents[0].report.error().message == "no XML: 6 bytes of text");
  CHECK_FALSE(reading.attachments[0].bytes.empty());
}

TEST_CASE("conformance 35: bombs are refused at their limit, soon") {
  const std::string zeros = gzip(std::string(100'000'000, '\0'));
  std::string members;
  for (int i = 0; i < 120; ++i) members += zeros;  // 12 GB
  std::string nested = rfc7489_report();
  for (int i = 0; i < 20; ++i) nested = gzip(nested);
  std::vector<tests::ZipFile> shared(60, {"a.xml", rfc7489_report(), false, 0, -1, -1, -1, 0});
  shared[0].shares_data_with = -1;
  const std::vector<tests::ZipFile> many(60'000, {"a.xml", "x", true});
  const std::string overlapping = zip(shared), entries = zip(many);
  CHECK(seconds([&] { CHECK(outcomes(read(members)) == Outcomes{"ratio"}); }) < 2);
  CHECK(seconds([&] { CHECK(outcomes(read(overlapping)) == Outcomes{"overlap"}); }) < 2);
  CHECK(seconds([&] { CHECK(outcomes(read(nested)) == Outcomes{"nested_archive"}); }) < 2);
  CHECK(seconds([&] { CHECK(outcomes(read(entries)) == Outcomes{"too_many_entries"}); }) < 2);
}

TEST_CASE("conformance 36: mails of every make") {
  const std::string gz = gzip(rfc7489_report());
  const std::string encoded = "Content-Transfer-Encoding: base64\r\n";
  std::string forwarded = base64_mail("Content-Type: application/gzip\r\n", gz);
  for (const char boundary : {'x', 'y', 'z'}) {
    forwarded = "Subject: Fwd\r\nContent-Type: multipart/mixed; boundary="s + boundary + "\r\n\r\n--" + boundary +
                "\r\nContent-Type: message/rfc822\r\n\r\n" + forwarded + "\r\n--" + boundary + "--\r\n";
  }
  const std::string whole = base64_mail("", gz);
  std::string signed_mail = whole, without_version = whole;
  signed_mail.replace(signed_mail.find("multipart/mixed"), 15, "multipart/signed; micalg=sha256");
  without_version.erase(without_version.find("MIME-Version: 1.0\r\n"), 19);
  std::string blanks = base64(gz);
  for (std::size_t i = 10; i < blanks.size(); i += 11) blanks.insert(i, i % 2 == 0 ? " " : "\t");
  for (const std::string& message :
       {forwarded, signed_mail, without_version, mail(encoded, base64(gz, 78)), mail(encoded, base64(gz, 0)),
        mail(encoded, base64(gz, 76, false)), mail(encoded, blanks), whole.substr(0, whole.rfind("--=_b--"))}) {
    CAPTURE(message.substr(0, 400));
    CHECK(outcomes(read(message)) == Outcomes{"ok"});
  }
}

TEST_CASE("conformance 37: what else lies in the mailbox is no error") {
  const std::string tls = R"({"organization-name":"x","report-id":"1","policies":[]})";
  const auto kind = [](const std::string& message) {
    const MessageReading reading = read(message);
    CHECK(outcomes(reading).empty());
    return reading.kind;
  };
  const auto report = [](const std::string& type, const std::string& part_type, const std::string& part) {
    return "From: a@b\r\nContent-Type: multipart/report; report-type=" + type +
           "; boundary=b\r\n\r\n--b\r\n\r\nwords\r\n--b\r\nContent-Type: " + part_type + "\r\n\r\n" + part +
           "\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: returned\r\n\r\n" + rfc7489_report() +
           "\r\n--b--\r\n";
  };
  CHECK(kind(base64_mail("Content-Type: application/tlsrpt+gzip\r\n", gzip(tls))) == MailKind::tls_report);
  CHECK(kind(report("feedback-report", "message/feedback-report", "Feedback-Type: auth-failure")) ==
        MailKind::failure_report);
  CHECK(kind(report("delivery-status", "message/delivery-status", "Final-Recipient: rfc822; a@b")) == MailKind::bounce);
  CHECK(kind("From: a@b\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.") == MailKind::auto_reply);
  CHECK(kind("From: a@b\r\nContent-Type: text/html\r\n\r\n<html>Your feedback counts!</html>") == MailKind::other);
  CHECK(outcomes(read(mail("Content-Type: application/ms-tnef; name=winmail.dat\r\n", "\x78\x9f\x3e\x22 ..."))) ==
        Outcomes{"unsupported_compression"});
  CHECK(outcomes(read(mail("Content-Type: application/octet-stream; name=report.msg\r\n",
                           "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))) == Outcomes{"unsupported_compression"});
}
