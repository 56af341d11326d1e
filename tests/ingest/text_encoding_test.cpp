#include "ingest/text_encoding.h"

#include <string>

#include "tests/support/catch.h"

using namespace ingest;

namespace {

constexpr std::string_view bad = "\xEF\xBF\xBD";  // U+FFFD

struct Decoded {
  std::string text, note;
};

Decoded decode(std::string_view bytes) {
  const auto decoded = to_utf8(bytes);
  if (!decoded) return {decoded.error().code, ""};
  return {std::string(decoded->text), std::string(decoded->note)};
}

std::string text(std::string_view bytes) {
  return decode(bytes).text;
}

std::string declared(std::string_view encoding, std::string_view rest) {
  return "<?xml version=\"1.0\" encoding=\"" + std::string(encoding) + "\"?>" + std::string(rest);
}

std::string body(const std::string& bytes) {
  const std::string decoded = text(bytes);
  const auto end = decoded.find("?>");
  return end == decoded.npos ? decoded : decoded.substr(end + 2);
}

}  // namespace

TEST_CASE("UTF-8 is not copied") {
  const std::string bytes = declared("UTF-8", "<a>\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80</a>");
  const auto decoded = to_utf8(bytes);
  REQUIRE(decoded);
  CHECK(decoded->text.data() == bytes.data());
  CHECK(decoded->text.size() == bytes.size());
  CHECK(decoded->note.empty());
  CHECK(text("") == "");
}

TEST_CASE("declared single-byte encodings") {
  for (const char* name : {"windows-1252", "Windows-1252", "CP1252", "iso-8859-1", "ISO8859-1", "ISO_8859-1", "latin1"})
    CHECK(body(declared(name, "caf\xE9")) == "caf\xC3\xA9");
  CHECK(body(declared("windows-1252", "\x80\x93\x94\x81")) ==
        "\xE2\x82\xAC\xE2\x80\x9C\xE2\x80\x9D" + std::string(bad));
  CHECK(body(declared("iso-8859-15", "\xA4\xA6\xBD\xE9")) == "\xE2\x82\xAC\xC5\xA0\xC5\x93\xC3\xA9");
  CHECK(decode(declared("windows-1252", "caf\xE9")).note == "");
  CHECK(body("\n <?xml version='1.0' encoding='latin1' ?>\xE9") == "\xC3\xA9");
}

TEST_CASE("UTF-16 by its mark or its pattern, with surrogates") {
  const std::string le("<\0a\0>\0=\xD8\0\xDE<\0/\0a\0>\0", 18), be("\0<\0a\0>\xD8=\xDE\0\0<\0/\0a\0>", 18);
  const std::string expected = "<a>\xF0\x9F\x98\x80</a>";
  CHECK(text(le) == expected);
  CHECK(text(be) == expected);
  CHECK(text("\xFF\xFE" + le) == expected);
  CHECK(text("\xFE\xFF" + be) == expected);
  CHECK(decode("\xFF\xFE" + le).note == "");

  CHECK(text(std::string("\xFF\xFE<\0=\xD8x\0", 8)) == "<" + std::string(bad) + "x");
  CHECK(text(std::string("\xFF\xFE<\0\0\xDE", 6)) == "<" + std::string(bad));
  CHECK(text(std::string("\xFF\xFE<\0x", 5)) == "<" + std::string(bad));
  CHECK(text(std::string("\xFF\xFE<\0=\xD8", 6)) == "<" + std::string(bad));
  CHECK(decode(std::string("\xFF\xFE<\0x", 5)).note == "encoding_replaced");
}

TEST_CASE("bytes tell more than the declaration") {
  CHECK(decode(declared("UTF-16", "\xC3\xA9")).note == "encoding_mismatch");
  CHECK(body(declared("UTF-16", "\xC3\xA9")) == "\xC3\xA9");
  CHECK(decode("\xEF\xBB\xBF" + declared("latin1", "\xC3\xA9")).note == "encoding_mismatch");
  CHECK(body("\xEF\xBB\xBF" + declared("latin1", "\xC3\xA9")) == "\xC3\xA9");
}

TEST_CASE("single foreign bytes are windows-1252, beside real UTF-8 too") {
  CHECK(text("caf\xE9 \x93x\x94 \xC3\xA9") == "caf\xC3\xA9 \xE2\x80\x9Cx\xE2\x80\x9D \xC3\xA9");
  CHECK(decode("caf\xE9").note == "encoding_guessed");
  CHECK(to_utf8("caf\xE9 x")->note_offset == 3);
  CHECK(text("\x81") == bad);
  CHECK(text("x\xE9") == "x\xC3\xA9");
}

TEST_CASE("what looks like a broken character is never decoded") {
  const auto all_bad = [](std::size_t count) {
    std::string out;
    while (count-- > 0) out += bad;
    return out;
  };
  for (const char* overlong : {"\xC0\xBC", "\xE0\x80\xBC", "\xF0\x80\x80\xBC", "\xC1\xBF"})
    CHECK(text(overlong) == all_bad(std::string_view(overlong).size()));
  CHECK(text("\xED\xA0\x80") == all_bad(3));
  CHECK(text("\xF4\x90\x80\x80") == all_bad(4));
  CHECK(text("\xF8\x88\x80\x80\x80") == all_bad(5));
  CHECK(text("\xE9 \xC0\xBC") == std::string(bad) + " " + all_bad(2));
  CHECK(decode("\xC0\xBC").note == "encoding_replaced");
  CHECK(text("\xE2\x82 x") == all_bad(2) + " x");
}

TEST_CASE("every pair of bytes becomes valid UTF-8") {
  for (int first = 0x80; first < 0x100; ++first)
    for (int second = 0; second < 0x100; ++second) {
      const std::string bytes = {static_cast<char>(first), static_cast<char>(second), 'x'};
      const auto once = to_utf8(bytes);
      REQUIRE(once);
      const std::string kept(once->text);
      const auto twice = to_utf8(kept);
      REQUIRE(twice);
      REQUIRE(twice->note.empty());
      REQUIRE(twice->text == kept);
    }
}

TEST_CASE("encodings that are not known are refused by name") {
  CHECK(text(declared("UTF-7", "x")) == "xml_encoding");
  CHECK(text(declared("shift_jis", "x")) == "xml_encoding");
  CHECK(text(declared("iso-2022-jp", "x")) == "xml_encoding");
  CHECK(text(declared("koi8-r", "\xC1")) == "xml_encoding");
  CHECK(body(declared("koi8-r", "x")) == "x");
  CHECK(text(std::string("\xFF\xFE\0\0<\0\0\0", 8)) == "xml_encoding");
  CHECK(text(std::string("\0\0\0<", 4)) == "xml_encoding");
  CHECK(text("\x4C\x6F\xA7\x94") == "xml_encoding");
  const auto refused = to_utf8(declared("x\x1b[31m", ""));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find('\x1b') == std::string::npos);
}
