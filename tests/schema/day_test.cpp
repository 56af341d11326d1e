#include "schema/day.h"

#include "tests/support/catch.h"

using schema::Interval;

TEST_CASE("days are read and written as ISO dates") {
  CHECK(schema::parse_day("1970-01-01") == 0);
  CHECK(schema::parse_day("2026-11-18") == 20775);
  CHECK(schema::day_text(20775) == "2026-11-18");
  CHECK(schema::parse_day("2024-02-29").has_value());
  for (const auto* wrong : {"", "2026-11-1", "2026-13-01", "2026-02-29", "2026-00-10", "26-11-18", "2026/11/18",
                            "2026-11-18Z", " 2026-11-18", "+026-11-18", "2026-11-1a"}) {
    INFO(wrong);
    CHECK_FALSE(schema::parse_day(wrong).has_value());
  }
  for (std::int64_t day = -1000; day < 40000; day += 37) CHECK(schema::parse_day(schema::day_text(day)) == day);
}

TEST_CASE("days that no date can name are written as the nearest one") {
  CHECK(schema::day_text(INT64_MAX) == "9999-12-31");
  CHECK(schema::day_text(INT64_MIN) == "0000-01-01");
}

TEST_CASE("times are RFC 3339 in UTC") {
  CHECK(schema::time_text(0) == "1970-01-01T00:00:00Z");
  CHECK(schema::time_text(1795000000) == "2026-11-18T11:06:40Z");
  CHECK(schema::time_text(-1) == "1969-12-31T23:59:59Z");
}

TEST_CASE("weeks begin on Monday, months on the first") {
  const auto day = [](const char* text) { return *schema::parse_day(text); };
  CHECK(schema::interval_begin(Interval::week, day("2026-11-18")) == day("2026-11-16"));
  CHECK(schema::interval_begin(Interval::week, day("2026-11-16")) == day("2026-11-16"));
  CHECK(schema::interval_begin(Interval::week, day("2026-11-15")) == day("2026-11-09"));
  CHECK(schema::interval_end(Interval::week, day("2026-11-18")) == day("2026-11-23"));
  CHECK(schema::interval_begin(Interval::month, day("2026-11-18")) == day("2026-11-01"));
  CHECK(schema::interval_end(Interval::month, day("2026-12-31")) == day("2027-01-01"));
  CHECK(schema::interval_end(Interval::month, day("2024-02-10")) == day("2024-03-01"));
  CHECK(schema::interval_end(Interval::day, day("2026-11-18")) == day("2026-11-19"));
}
