#include "server/json.h"

#include <nlohmann/json.hpp>

#include "tests/support/catch.h"

namespace {

std::string string_of(std::string_view text) {
  std::string out;
  server::append_json_string(out, text);
  return out;
}

}  // namespace

TEST_CASE("strings are escaped for JSON, HTML and JavaScript alike") {
  CHECK(string_of("a\"b\\c") == R"("a\"b\\c")");
  CHECK(string_of(std::string_view("\0\n\x1f\x7f", 4)) == R"("\u0000\u000a\u001f\u007f")");
  CHECK(string_of("</script><!--&") == R"("\u003c/script\u003e\u003c!--\u0026")");
  CHECK(string_of("\xe2\x80\xa8\xe2\x80\xa9") == R"("\u2028\u2029")");
  CHECK(string_of("日本語 ü") == "\"日本語 ü\"");
}

TEST_CASE("what is no UTF-8 becomes U+FFFD") {
  for (const std::string_view wrong :
       {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\xf0\x9f\x98", "\x80", "\xe0\x9f\xbf"}) {
    const auto written = string_of(wrong);
    INFO(written);
    CHECK(nlohmann::json::accept(written));
    CHECK(written.find("\xef\xbf\xbd") != std::string::npos);
  }
  CHECK(string_of("a\xff"
                  "b") ==
        "\"a\xef\xbf\xbd"
        "b\"");
}

TEST_CASE("any bytes make a string that a strict parser reads") {
  std::string bytes;
  unsigned state = 1;
  for (int round = 0; round < 2000; ++round) {
    bytes.clear();
    for (int i = 0; i < 24; ++i) {
      state = state * 1664525 + 1013904223;
      bytes += static_cast<char>(state >> 24);
    }
    const auto written = string_of(bytes);
    CHECK(nlohmann::json::accept(written));
    CHECK(written.find_first_of("<>&") == std::string::npos);
  }
}

TEST_CASE("stored JSON keeps its meaning and becomes safe") {
  std::string out;
  server::append_json(out, "[{\"a\":\"<b>\\\"\xff\"}, 1]");
  const auto json = nlohmann::json::parse(out);
  CHECK(json[0]["a"] == "<b>\"\xef\xbf\xbd");
  CHECK(out.find('<') == std::string::npos);
}

TEST_CASE("values are parted by commas") {
  server::JsonWriter json;
  json.begin_object().key("a").begin_array().value(1).value(true).null().begin_object().end_object().end_array();
  json.member("b", std::optional<std::string>()).member("c", "x").key("d").raw("[]").end_object();
  CHECK(json.str() == R"({"a":[1,true,null,{}],"b":null,"c":"x","d":[]})");
}
