#include "ingest/modified_utf7.h"

#include <string>

#include "tests/support/catch.h"

using namespace ingest;

TEST_CASE("folder names are written in modified UTF-7 and read back") {
  const auto [utf8, wire] =
      GENERATE(table<std::string, std::string>({{"INBOX", "INBOX"},
                                                {"Entwürfe", "Entw&APw-rfe"},
                                                {"台北", "&U,BTFw-"},
                                                {"A&B", "A&-B"},
                                                {"~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"},
                                                {"😀", "&2D3eAA-"},
                                                {"é&é", "&AOk-&-&AOk-"},
                                                {"a\tb", "a&AAk-b"},
                                                {"", ""}}));
  CAPTURE(utf8);
  CHECK(to_modified_utf7(utf8) == wire);
  CHECK(from_modified_utf7(wire) == utf8);
}

TEST_CASE("a folder name that is not UTF-8 is refused") {
  const std::string name = GENERATE(as<std::string>(), "\xff", "a\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                    "\xe4\xbd"
                                    "a");
  CHECK_FALSE(to_modified_utf7(name));
}

TEST_CASE("a folder name that is not modified UTF-7 is shown as it is") {
  const std::string name = GENERATE(as<std::string>(), "a&b", "&U,B-", "&!!-", "&2D0-", "&3gA-", "Entwürfe");
  CHECK(from_modified_utf7(name) == name);
}
