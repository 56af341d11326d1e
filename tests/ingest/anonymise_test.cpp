#include "ingest/anonymise.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "ingest/gzip.h"
#include "ingest/message_reader.h"
#include "ingest/zip_writer.h"
#include "tests/support/catch.h"

using namespace ingest;

namespace {

constexpr std::int64_t now = 1767312000;  // 2026-01-02

std::string report_xml() {
  std::ifstream file(std::string(TEST_DATA) + "/reports/rfc7489.xml");
  REQUIRE(file.good());
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string plain(std::string_view gzip) {
  std::string out;
  inflate_all(gzip, [&](std::string_view block, std::size_t) -> schema::Status {
    out += block;
    return {};
  });
  return out;
}

// What may be compared between a report and its anonymised twin.
std::vector<std::int64_t> shape(const MessageReading& reading) {
  std::vector<std::int64_t> out;
  for (const auto& attachment : reading.attachments)
    for (const auto& document : attachment.documents) {
      if (!document.report) {
        out.push_back(-1);
        for (const char c : document.report.error().code) out.push_back(c);
        continue;
      }
      out.push_back(document.report->metadata.begin);
      for (const auto& record : document.report->records) {
        out.push_back(record.count);
        out.push_back(static_cast<std::int64_t>(record.policy_evaluated.dkim.value));
        out.push_back(static_cast<std::int64_t>(record.policy_evaluated.spf.value));
        out.push_back(record.source_ip.has_value());
        out.push_back(static_cast<std::int64_t>(record.auth_results.dkim.size()));
      }
      for (const auto& note : document.report->notes) out.push_back(note.count);
    }
  return out;
}

std::string mail(const std::string& body) {
  return "From: <reporter@receiver.org>\r\nTo: dmarc@brand.org\r\nSubject: Report Domain: brand.org Submitter: "
         "receiver.org\r\n"
         " Report-ID: <77@receiver.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; "
         "boundary=\"b.receiver.org\"\r\n"
         "\r\nhello\r\n--b.receiver.org\r\nContent-Type: text/plain\r\n\r\nabout brand.org\r\n--b.receiver.org\r\n"
         "Content-Type: text/xml; name=\"receiver.org!brand.org!1!2.xml\"\r\n\r\n" +
         body + "\r\n--b.receiver.org--\r\n";
}

}  // namespace

TEST_CASE("a mail keeps its structure and loses its names") {
  const Anonymiser anonymiser("key");
  const Limits limits;
  const std::string before = mail(report_xml());
  const auto after = anonymised(before, anonymiser, limits);
  REQUIRE(after);
  CHECK(after->find("receiver.org") == std::string::npos);
  CHECK(after->find("brand.org") == std::string::npos);
  const auto reading = read_message(*after, "", limits, now);
  REQUIRE(reading.attachments.size() == 1);
  REQUIRE(reading.attachments[0].documents[0].report);
  CHECK(shape(reading) == shape(read_message(before, "", limits, now)));
  CHECK(reading.headers.subject.find(anonymiser.report_id("77@receiver.org")) != std::string::npos);
}

TEST_CASE("archives are opened, anonymised and packed again with their defects") {
  const Anonymiser anonymiser("key");
  const Limits limits;
  const std::string xml = report_xml();
  const std::string gzip = gzip_compressed(xml);
  const auto after = anonymised(gzip, anonymiser, limits);
  REQUIRE(after);
  CHECK(plain(*after) == anonymiser.xml(xml));

  const auto tailed = anonymised(gzip + "\r\n", anonymiser, limits);
  REQUIRE(tailed);
  CHECK(tailed->ends_with("\r\n"));

  const auto cut = anonymised(gzip.substr(0, gzip.size() - 30), anonymiser, limits);
  REQUIRE(cut);
  CHECK(read_message(*cut, "a.gz", limits, now).attachments.at(0).documents.at(0).report.error().code ==
        "archive_truncated");

  std::string wrong = gzip;
  wrong[wrong.size() - 8] = static_cast<char>(wrong[wrong.size() - 8] ^ 1);
  const auto still_wrong = anonymised(wrong, anonymiser, limits);
  REQUIRE(still_wrong);
  CHECK(read_message(*still_wrong, "a.gz", limits, now).attachments.at(0).documents.at(0).report.error().code == "crc");

  const auto zip = zip_compressed({{"receiver.org!brand.org!1!2.xml", xml}, {"notes.txt", "hello"}});
  REQUIRE(zip);
  const auto zipped = anonymised(*zip, anonymiser, limits);
  REQUIRE(zipped);
  CHECK(zipped->find("brand.org") == std::string::npos);
  CHECK(shape(read_message(*zipped, "a.zip", limits, now)) == shape(read_message(*zip, "a.zip", limits, now)));
}

TEST_CASE("what holds no text is refused") {
  CHECK(anonymised("shopping list", Anonymiser("key"), Limits{}).error().code == "not_a_report");
  CHECK(anonymised(std::string("\x89PNG\r\n\x1a\n\0\0", 10), Anonymiser("key"), Limits{}).error().code ==
        "not_a_report");
}

TEST_CASE("real reports read alike before and after") {
  const std::filesystem::path corpus = std::filesystem::path(SHARED_DATA) / "corpus";
  if (!std::filesystem::exists(corpus)) return;
  const Anonymiser anonymiser("key");
  const Limits limits;
  for (const char* folder : {"edge", "mox", "opendmarc", "parsedmarc", "dmarq", "dmarc-report-viewer"})
    for (const auto& entry : std::filesystem::recursive_directory_iterator(corpus / folder)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
      const auto after = anonymised(bytes, anonymiser, limits);
      if (!after) continue;
      CAPTURE(entry.path().string());
      const std::string name = entry.path().filename().string();
      CHECK(shape(read_message(*after, anonymiser.text(name), limits, now)) ==
            shape(read_message(bytes, name, limits, now)));
    }
}
