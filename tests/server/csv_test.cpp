#include "server/csv.h"

#include "tests/support/catch.h"

namespace {

std::string cell(std::string_view text) {
  std::string out;
  server::append_csv_text(out, text);
  return out;
}

}  // namespace

TEST_CASE("cells are quoted where RFC 4180 asks for it") {
  CHECK(cell("plain text") == "plain text");
  CHECK(cell("a,b") == "\"a,b\"");
  CHECK(cell("a\"b") == "\"a\"\"b\"");
  CHECK(cell("a\r\nb") == "\"a\r\nb\"");
  CHECK(cell("") == "");
}

TEST_CASE("a cell that a spreadsheet would run is text") {
  for (const std::string text : {"=1+1", "+1", "-1", "@x", "\tx",
                                 "\xef\xbc\x9d"
                                 "1"})
    CHECK(cell(text) == "'" + text);
  CHECK(cell("\rx") == "\"'\rx\"");
  CHECK(cell("=A1,\"b\"") == "\"'=A1,\"\"b\"\"\"");
  CHECK(cell("a=b") == "a=b");
}

TEST_CASE("a cell is UTF-8") {
  CHECK(cell("\xff") == "\xef\xbf\xbd");
}
