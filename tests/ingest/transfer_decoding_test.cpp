#include "ingest/transfer_decoding.h"

#include <string>

#include "tests/support/catch.h"

using namespace ingest;

TEST_CASE("base64 is decoded whatever gateways made of it") {
  struct Case {
    std::string text, bytes;
  };
  const Case cases[] = {
      {"", ""},
      {"aGVsbG8=", "hello"},
      {"aGVsbG8", "hello"},           // no padding
      {"aGVs\r\nbG8=\r\n", "hello"},  // lines
      {"a G\tV*s{b}G\x80"
       "8=",
       "hello"},                                // blanks and strangers
      {"aGVsbG8=\n-- \nlist footer", "hello"},  // what follows the padding
      {"aGVsbG8=aGVsbG8=", "hello"},
      {"aGVsbA==", "hell"},
      {"aGVsbA", "hell"},
      {"a", ""},  // six bits are no byte
      {"/+8=", "\xff\xef"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(decode_base64(c.text) == c.bytes);
  }
}

TEST_CASE("base64 cut at every length gives the beginning") {
  const std::string text = "SGVsbG8s\r\nIHdvcmxkIQ==\r\n", whole = "Hello, world!";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const std::string bytes = decode_base64(text.substr(0, size));
    CHECK(bytes == whole.substr(0, bytes.size()));
  }
}

TEST_CASE("quoted-printable is decoded, and what is none is kept") {
  CHECK(decode_quoted_printable("a=3Db=3d=\r\nc=\nd=  \r\ne") == "a=b=cde");
  CHECK(decode_quoted_printable("1=2=ZZ=") == "1=2=ZZ=");
  CHECK(decode_quoted_printable("=E2=82=AC") == "\xe2\x82\xac");
  CHECK(decode_quoted_printable("=4") == "=4");
}

TEST_CASE("uuencoded lines are decoded") {
  CHECK(decode_uuencode("some words\nbegin 644 hello.txt\n%:&5L;&\\`\n`\nend\n") == "hello");
  CHECK(decode_uuencode("no such line").empty());
  CHECK(decode_uuencode("begin 644 x\nM").size() <= 45);
}

TEST_CASE("an unknown transfer encoding is none") {
  CHECK(decode_transfer("aGVsbG8=", "x-unheard-of") == "aGVsbG8=");
  CHECK(decode_transfer("aGVsbG8=", "") == "aGVsbG8=");
  CHECK(decode_transfer("aGVsbG8=", " BASE64 ") == "hello");
  CHECK(decode_transfer("=41", "Quoted-Printable") == "A");
}

TEST_CASE("unlabelled base64 is recognised by its alphabet") {
  CHECK(looks_like_base64("H4sIAAAAAAAAAHWQ\r\nQWvDMAyF/8rwOQ==\r\n"));
  CHECK_FALSE(looks_like_base64("short"));
  CHECK_FALSE(looks_like_base64("This is a sentence, which has punctuation."));
}
