#include "server/terminal.h"

#include <set>
#include <string_view>

#include "server/log.h"
#include "server/progress.h"
#include "server/suggest.h"
#include "tests/support/catch.h"

using server::printable;

TEST_CASE("what strangers write cannot steer a terminal", "[terminal]") {
  CHECK(printable("plain \xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac") == "plain \xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac");
  CHECK(printable("\x1b[31mred\x07") == "\\x1b[31mred\\x07");
  CHECK(printable("a\r\nb\tc\x7f") == "a\\x0d\\x0ab\\x09c\\x7f");
  CHECK(printable("\xc2\x9b"
                  "31m") == "\\u009b31m");  // C1: CSI in one character
  CHECK(printable("a\xe2\x80\xae"
                  "b") == "a\\u202eb");                              // right-to-left override
  CHECK(printable("\xe2\x81\xa6\xe2\x81\xa9") == "\\u2066\\u2069");  // isolates
  CHECK(printable("\xff\xfe") == "\\xff\\xfe");
  CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");           // overlong
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // surrogate
  CHECK(printable("cut \xe6\x97") == "cut \\xe6\\x97");
  CHECK(printable(std::string_view("a\0b", 3)) == "a\\x00b");
}

TEST_CASE("no byte below blank leaves printable(), whatever goes in", "[terminal]") {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string bytes{static_cast<char>(first), static_cast<char>(second)};
      for (char c : printable(bytes)) REQUIRE(static_cast<unsigned char>(c) >= 0x20);
    }
  }
}

TEST_CASE("tables align by columns on the screen", "[terminal]") {
  CHECK(server::text_table({{"name", "n"}, {"\xe6\x97\xa5", "1"}, {"abc\x1b", "22"}}, {false, true}) ==
        "name      n\n"
        "\xe6\x97\xa5        1\n"
        "abc\\x1b  22\n");
}

TEST_CASE("colours come when they were asked for", "[terminal]") {
  REQUIRE(server::set_colour("always"));
  CHECK(server::in_colour(server::Colour::red, "no", 99) == "\x1b[31mno\x1b[0m");
  REQUIRE(server::set_colour("auto"));
  CHECK(server::in_colour(server::Colour::red, "no", 99) == "no");  // no terminal
  REQUIRE(server::set_colour("never"));
  CHECK(server::in_colour(server::Colour::bold, "no", 99) == "no");
  CHECK_FALSE(server::set_colour("sometimes"));
  REQUIRE(server::set_colour("auto"));
}

TEST_CASE("events are named once, in words of their own", "[log]") {
  std::set<std::string_view> names;
  for (const auto& event : server::log_events()) {
    CHECK(names.insert(event.name).second);
    CHECK(event.meaning.size() > 10);
  }
  CHECK_FALSE(server::log_format_named("xml"));
}

TEST_CASE("log lines stay one line, in either format", "[log]") {
  using server::LogFormat;
  using server::LogLevel;
  CHECK(server::log_line(LogFormat::text, LogLevel::info, "report_stored", {{"reporter", "a.example"}, {"n", "12"}}) ==
        "level=info event=report_stored reporter=a.example n=12");
  CHECK(server::log_line(LogFormat::text, LogLevel::warning, "x",
                         {{"a", "two words"}, {"b", "say \"hi\"\n\x1b"}, {"c", ""}}) ==
        "level=warning event=x a=\"two words\" b=\"say \\\"hi\\\"\\\\x0a\\\\x1b\" c=\"\"");
  CHECK(server::log_line(LogFormat::json, LogLevel::error, "x", {{"a", "q\"\\\n"}}) ==
        R"("level":"error","event":"x","a":"q\"\\\\x0a")");
  CHECK(server::log_line(LogFormat::text, LogLevel::info, "x", {{"a", std::string(1000, 'a')}}).size() < 300);
}

TEST_CASE("progress says how far, how fast and how long", "[progress]") {
  const server::ProgressState half{500, 1000, 61002, 2};
  CHECK(server::progress_line(half, 30) == " 50%  61,002 mails  2,033/s  eta 0:30  2 failed");
  CHECK(server::progress_bar(half, 30, 100) ==
        "[##########..........]  50%  61,002 mails  2,033/s  eta 0:30  2 failed");
  CHECK(server::progress_bar(half, 30, 40).size() <= 40);
  CHECK(server::progress_line({500, 0, 3, 0}, 0.1) == "3 mails");
  CHECK(server::progress_line({5, 100, 10, 0}, 3600) == "  5%  10 mails  0/s  eta 19:00:00");
  CHECK(server::with_thousands(0) == "0");
  CHECK(server::with_thousands(-1234567) == "-1,234,567");
}

TEST_CASE("a mistyped word finds the one that was meant", "[suggest]") {
  const std::vector<std::string> words{"serve", "import", "failures", "version"};
  CHECK(server::closest("sevre", words) == "serve");
  CHECK(server::closest("failure", words) == "failures");
  CHECK(server::closest("imprt", words) == "import");
  CHECK(server::closest("xyz", words).empty());
  CHECK(server::closest("", words).empty());
  CHECK(server::closest(std::string(100000, 'a'), words).empty());
  CHECK(server::did_you_mean("servee", words) == "; did you mean 'serve'?");
}

TEST_CASE("a table that is too wide loses the ends of its widest texts", "[terminal]") {
  const std::vector<std::vector<std::string>> rows{{"domain", "messages", "sentence"},
                                                   {"example.com", "1234567890", "a sentence that goes on and on"},
                                                   {"\xe6\x97\xa5\xe6\x9c\xac.example", "5", "short"}};
  const std::vector<bool> right{false, true, false};
  const auto widest = [](const std::string& text) {
    std::size_t most = 0;
    for (std::size_t at = 0; at < text.size();) {
      const auto end = text.find('\n', at);
      // Each ellipsis has three bytes and one column, as have two of the ideographs here less one.
      std::size_t columns = 0;
      for (std::size_t i = at; i < end; ++i) columns += (static_cast<unsigned char>(text[i]) & 0xc0) != 0x80 ? 1 : 0;
      most = std::max(most, columns);
      at = end + 1;
    }
    return most;
  };
  CHECK(server::text_table(rows, right).find("goes on and on") != std::string::npos);
  CHECK(server::text_table(rows, right, 200) == server::text_table(rows, right));
  const auto narrow = server::text_table(rows, right, 40);
  CHECK(widest(narrow) <= 40);
  CHECK(narrow.find("1234567890") != std::string::npos);  // a number is never cut
  CHECK(narrow.find("\u2026") != std::string::npos);
  CHECK(narrow.find("short") != std::string::npos);
  // Narrower than anything can be told in, it is as narrow as it gets.
  CHECK(widest(server::text_table(rows, right, 3)) == 8 + 2 + 10 + 2 + 8);
}
