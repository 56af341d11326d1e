#include "ingest/content_kind.h"

#include <string>

#include "tests/support/catch.h"

using namespace ingest;
using namespace std::string_literals;

TEST_CASE("content is told by its first bytes") {
  struct Case {
    std::string bytes;
    ContentKind kind;
  };
  const Case cases[] = {
      {"", ContentKind::empty},
      {"\x1f\x8b\x08", ContentKind::gzip},
      {"PK\x03\x04", ContentKind::zip},
      {"PK\x05\x06", ContentKind::zip},
      {"x\x9c\xed\x01\x02\x03\x04\x05", ContentKind::zlib},
      {"x^2 + y^2 = 1", ContentKind::text},
      {"BZh91AY", ContentKind::unsupported},
      {"\xfd"
       "7zXZ\0"s,
       ContentKind::unsupported},
      {"7z\xbc\xaf\x27\x1c", ContentKind::unsupported},
      {"\x28\xb5\x2f\xfd", ContentKind::unsupported},
      {"\x1f\x9d", ContentKind::unsupported},
      {"\x78\x9f\x3e\x22", ContentKind::unsupported},
      {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ContentKind::unsupported},
      {"<?xml version='1.0'?>", ContentKind::xml},
      {"\xef\xbb\xbf\r\n\t <feedback/>", ContentKind::xml},
      {"\xff\xfe<\0f\0"s, ContentKind::xml},
      {"\xfe\xff\0<\0f"s, ContentKind::xml},
      {"\0<\0f"s, ContentKind::xml},
      {" {\"policies\": []}", ContentKind::json},
      {"From: a@example.org\n\n", ContentKind::mail},
      {"From a@example.org Mon\nX: y\nSubject: z\n\n", ContentKind::mail},
      {"X-Other : 1\rReceived: from x\r\r", ContentKind::mail},
      {"licence: MIT\nrepository: none\n", ContentKind::text},
      {"plain words", ContentKind::text},
      {"\x89PNG\r\n\x1a\n\0"s, ContentKind::binary},
      {"PK\x03\x04"s + std::string(26, '\0') + "[Content_Types].xml", ContentKind::binary},
  };
  for (const Case& c : cases) {
    CAPTURE(c.bytes);
    CHECK(content(c.bytes).kind == c.kind);
  }
  CHECK(content("BZh91AY").name == "bzip2");
  CHECK(content(std::string(257, 'a') + "ustar\0").kind == ContentKind::text);
  CHECK(content(std::string(257, 'a') + "ustar" + std::string(10, '\0')).name == "tar");
}

TEST_CASE("a feedback element is found whatever stands around it") {
  CHECK(mentions_feedback("<feedback>"));
  CHECK(mentions_feedback("junk \"<ns1:feedback xmlns:ns1='x'>"));
  CHECK(mentions_feedback("<Feedback\n>"));
  CHECK(mentions_feedback("<\0f\0e\0e\0d\0b\0a\0c\0k\0>\0"s));
  CHECK_FALSE(mentions_feedback("your feedback is welcome"));
  CHECK_FALSE(mentions_feedback("<feedbacks>"));
  CHECK_FALSE(mentions_feedback("<a href='x'>feedback</a>"));
  CHECK_FALSE(mentions_feedback(std::string(100'000, ' ') + "<feedback>"));
}

TEST_CASE("TLS reports are told from other JSON") {
  CHECK(is_tls_report(R"({"organization-name":"x","policies":[]})"));
  CHECK(is_tls_report(R"({"report-id":"x","policies":[]})"));
  CHECK_FALSE(is_tls_report(R"({"policies":[]})"));
}
