#include "schema/stored_json.h"

#include "tests/support/catch.h"

namespace {

std::string quoted(std::string_view text) {
  std::string out;
  schema::append_json(out, text);
  return out;
}

}  // namespace

TEST_CASE("a JSON string is valid whatever the text") {
  CHECK(quoted("a\"b\\c/") == R"("a\"b\\c/")");
  CHECK(quoted(std::string_view("\0\n\x1f\x7f", 4)) == R"("\u0000\u000a\u001f\u007f")");
  CHECK(quoted("\xc3\xa4\xe2\x82\xac\xf0\x9f\x93\xa7") == "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x93\xa7\"");
  const std::string bad = "\xef\xbf\xbd";
  CHECK(quoted("\xc3") == '"' + bad + '"');
  CHECK(quoted("\xff"
               "a") == '"' + bad + "a\"");
  CHECK(quoted("\xc0\xaf") == '"' + bad + bad + '"');                      // overlong
  CHECK(quoted("\xed\xa0\x80") == '"' + bad + bad + bad + '"');            // surrogate
  CHECK(quoted("\xf4\x90\x80\x80") == '"' + bad + bad + bad + bad + '"');  // beyond Unicode
}

TEST_CASE("notes and errors are JSON arrays") {
  schema::Notes notes;
  schema::add_note(notes, "alias", {3, 4, 50}, "org");
  schema::add_note(notes, "alias");
  CHECK(schema::json(notes) == R"([{"code":"alias","count":2,"line":3,"column":4,"byte":50,"detail":"org"}])");
  CHECK(schema::json(schema::Notes()) == "[]");
  CHECK(schema::json(std::vector<std::string>{"a", ""}) == R"(["a",""])");
}

TEST_CASE("the words of a policy that were not understood are kept") {
  schema::PolicyPublished policy;
  CHECK(schema::raw_words(policy) == "{}");
  policy.sp.raw = "maybe";
  policy.discovery_method.raw = "guess";
  CHECK(schema::raw_words(policy) == R"({"sp":"maybe","discovery_method":"guess"})");
}
