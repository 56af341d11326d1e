#include "ingest/mail_text.h"

#include <string>

#include "tests/support/catch.h"

using namespace ingest;

TEST_CASE("header values are decoded, unfolded and made fit for people") {
  struct Case {
    std::string value, text;
  };
  const Case cases[] = {
      {" plain ", "plain"},
      {"folded\r\n\tvalue", "folded value"},
      {"=?utf-8?B?R3LDvMOfZQ==?=",
       "Gr\xc3\xbc\xc3\x9f"
       "e"},
      {"=?ISO-8859-1?Q?Gr=FC=DFe_da?= x",
       "Gr\xc3\xbc\xc3\x9f"
       "e da x"},
      {"=?windows-1252?q?=80?=", "\xe2\x82\xac"},
      {"=?utf-8?q?a?=\r\n =?utf-8?q?b?= c", "ab c"},
      {"=?utf-8?B?4oI=?= =?utf-8?B?rA==?=", "\xe2\x82\xac"},  // a character split between two words
      {"=?utf-8*de?q?a?=", "a"},
      {"=?koi8-r?q?abc=C1?=", "abc\xef\xbf\xbd"},
      {"=?broken", "=?broken"},
      {"=?utf-8?x?a?=", "a"},
      {"raw \xc3\xbc and \xfc", "raw \xc3\xbc and \xef\xbf\xbd"},
      {"esc \x1b[31m bell\x07 c1 \xc2\x9b del\x7f", "esc [31m bell c1  del"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.value);
    CHECK(decode_header(c.value) == c.text);
  }
}

TEST_CASE("text is cut between characters") {
  CHECK(display_text("a\xe2\x82\xac", 4) == "a\xe2\x82\xac");
  CHECK(display_text("a\xe2\x82\xac", 3) == "a");
  CHECK(display_text("overlong \xc0\xbc surrogate \xed\xa0\x80", 200).find('<') == std::string::npos);
}

TEST_CASE("percent escapes are decoded, equals signs are not") {
  CHECK(percent_decoded("a%20b=41%zz%4") == "a b=41%zz%4");
}

TEST_CASE("mail dates are read") {
  CHECK(parse_mail_date("Fri, 02 Jan 2026 00:10:00 +0000") == 1767312600);
  CHECK(parse_mail_date("2 Jan 2026 01:10 +0100 (CET)") == 1767312600);
  CHECK(parse_mail_date("Thu, 1 Jan 2026 17:10:00 -0700") == 1767312600);
  CHECK(parse_mail_date("Thu, 29 Feb 2024 12:00:00 GMT") == 1709208000);
  CHECK(parse_mail_date("01 Jan 70 00:00:00 +0000") == 0);
  for (const char* none : {"", "yesterday", "32 Jan 2026 00:00", "1 Foo 2026 00:00", "1 Jan 2026 25:00", "1 Jan 2026",
                           "Fri, 1 Jan 99999999999999999999 00:00:00"}) {
    CAPTURE(none);
    CHECK_FALSE(parse_mail_date(none));
  }
}
