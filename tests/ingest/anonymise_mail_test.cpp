// Mails made fit to be shown: what stands behind encodings, encoded words and cut names, too.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "ingest/anonymise.h"
#include "ingest/gzip.h"
#include "ingest/message_reader.h"
#include "ingest/zip_writer.h"
#include "tests/support/catch.h"

using namespace ingest;

namespace {

constexpr std::int64_t now = 1767312000;  // 2026-01-02

std::string report_xml() {
  std::ifstream file(TEST_DATA "/reports/rfc7489.xml", std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string base64(const std::string& bytes, std::size_t line_bytes) {
  static constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned three = 0;
    for (std::size_t k = 0; k < 3; ++k)
      three = three << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0);
    for (std::size_t k = 0; k < 4; ++k) out += i + k > bytes.size() ? '=' : letters[three >> (18 - 6 * k) & 63];
  }
  for (std::size_t at = line_bytes; at < out.size(); at += line_bytes + 2) out.insert(at, "\r\n");
  return out + "\r\n";
}

std::string mail(const std::string& fields, const std::string& body) {
  return "From: reports@receiver.org\r\nTo: dmarc@brand.org\r\n" + fields + "MIME-Version: 1.0\r\n\r\n" + body;
}

std::string anonymous(const std::string& bytes) {
  const auto result = anonymised(bytes, Anonymiser("key"), Limits{});
  return result ? *result : result.error().code;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// How the one report of a mail reads: what it counts.
std::int64_t messages(const std::string& bytes) {
  const auto reading = read_message(bytes, "", Limits{}, now);
  REQUIRE(reading.attachments.size() == 1);
  const auto& report = reading.attachments[0].documents.at(0).report;
  REQUIRE(report);
  std::int64_t sum = 0;
  for (const auto& record : report->records) sum += record.count;
  return sum;
}

std::size_t longest_line(const std::string& text) {
  std::size_t longest = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    longest = std::max(longest, end - at - (end > at && text[end - 1] == '\r' ? 1 : 0));
    at = end + 1;
  }
  return longest;
}

}  // namespace

TEST_CASE("an attachment in base64 is anonymised inside, in lines of the length it had") {
  const auto xml = report_xml();
  for (const std::size_t line_bytes : {40, 76}) {
    const auto before =
        mail("Content-Type: text/xml\r\nContent-Transfer-Encoding: base64\r\n", base64(xml, line_bytes));
    const auto after = anonymous(before);
    CHECK(messages(after) == messages(before));
    const auto body = after.substr(after.find("\r\n\r\n") + 4);
    CHECK(longest_line(body) == line_bytes);
    const auto reading = read_message(after, "", Limits{}, now);
    CHECK(reading.attachments[0].documents[0].report->policy_published.domain ==
          read_message(Anonymiser("key").xml(xml), "", Limits{}, now)
              .attachments[0]
              .documents[0]
              .report->policy_published.domain);
  }
}

TEST_CASE("an attachment in quoted-printable stays so, and reads alike") {
  auto xml = report_xml();
  xml.insert(xml.find("</org_name>"), "caf\xC3\xA9 a\tb " + std::string(100, 'x'));
  std::string quoted;
  for (const char c : xml) {
    if (c == '=')
      quoted += "=3D";
    else if (static_cast<unsigned char>(c) >= 0x80)
      quoted += c == '\xC3' ? "=C3" : "=A9";
    else
      quoted += c;
  }
  const auto before = mail("Content-Type: text/xml\r\nContent-Transfer-Encoding: quoted-printable\r\n", quoted);
  const auto after = anonymous(before);
  CHECK(messages(after) == messages(before));
  CHECK(contains(after, "=3D"));
  CHECK(longest_line(after.substr(after.find("\r\n\r\n"))) <= 76);
}

TEST_CASE("encoded words and names in pieces hide nobody") {
  const auto fields = [](const std::string& subject) {
    return "Subject: " + subject +
           "\r\nContent-Type: text/xml; name*0=\"receiver.org!brand\";\r\n name*1=\".org!1!2.xml\"\r\n";
  };
  for (const auto& subject :
       {"=?utf-8?B?" + base64("Report Domain: brand.org", 100).substr(0, 32) + "?=",
        std::string("=?UTF-8?q?Report_Domain:_brand.org?="), std::string("=?utf-8?Q?Report-ID:_<brand.org>?= behind"),
        std::string("=?utf-8 brand.org"), std::string("=?utf-8?B"), std::string("=?utf-8?Bx?="),
        std::string("Report-ID:"), std::string("Report-ID: <1.brand.org>"), std::string("name*")}) {
    INFO(subject);
    const auto after = anonymous(mail(fields(subject), report_xml()));
    CHECK(messages(after) > 0);
    CHECK_FALSE(contains(after, "brand.org"));
    CHECK_FALSE(contains(after, "receiver.org"));
    const auto shown = read_message(after, "", Limits{}, now).headers.subject;
    CHECK_FALSE(contains(shown, "brand.org"));
  }
}

TEST_CASE("what stands behind an archive is anonymised, and archives within archives are as far as they are read") {
  const auto gzip = gzip_compressed(report_xml());
  CHECK_FALSE(contains(anonymous(gzip + "see brand.org"), "brand.org"));
  CHECK(anonymous(gzip_compressed(gzip)).substr(0, 2) == "\x1f\x8b");
  std::string deep = report_xml();
  for (int i = 0; i < 40; ++i) deep = gzip_compressed(deep);
  CHECK(anonymous(deep) == "nested_archive");
  CHECK(anonymous(gzip_compressed(std::string("\x89PNG\r\n\x1a\n\0\0", 10))) == "not_a_report");
  CHECK(anonymous("").empty());
  CHECK_FALSE(contains(anonymous("{\"policy-domain\": \"brand.org\", \"organization-name\": \"x\"}"), "brand.org"));
}

TEST_CASE("more text than is unpacked is not anonymised either") {
  Limits limits;
  limits.decompressed_bytes = 1000;
  const Anonymiser anonymiser("key");
  const std::string xml = "<feedback>" + std::string(2000, ' ') + "</feedback>";
  CHECK(anonymised(gzip_compressed(xml), anonymiser, limits).error().code == "decompressed_size");
  const auto zip = zip_compressed({{"a.xml", xml}});
  REQUIRE(zip);
  CHECK_FALSE(anonymised(*zip, anonymiser, limits));
}

TEST_CASE("a mail with something that cannot be anonymised is refused as a whole") {
  const auto png = base64(std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16), 76);
  const auto before = mail("Content-Type: multipart/mixed; boundary=b\r\n",
                           "--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n" + png +
                               "--b\r\nContent-Type: text/xml\r\n\r\n" + report_xml() + "\r\n--b--\r\n");
  CHECK(anonymous(before) == "not_a_report");
  Limits limits;
  limits.mime_parts = 1;
  CHECK(anonymised(before, Anonymiser("key"), limits).error().code == "mime_parts");
}
