#include "schema/day.h"

#include <algorithm>
#include <cctype>
#include <chrono>

namespace schema {
namespace {

using std::chrono::year_month_day;

// Years 0000 to 9999: all that four digits can say.
constexpr std::int64_t first_day = -719528;
constexpr std::int64_t last_day = 2932896;

year_month_day calendar(std::int64_t day) {
  const auto bounded = std::clamp(day, first_day, last_day);
  return year_month_day{std::chrono::sys_days{std::chrono::days{static_cast<int>(bounded)}}};
}

std::int64_t day_number(year_month_day date) {
  return std::chrono::sys_days{date}.time_since_epoch().count();
}

std::int64_t floor_div(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

void append_digits(std::string& text, std::int64_t value, int width) {
  for (std::int64_t of = width == 4 ? 1000 : 10; of > 0; of /= 10) text += static_cast<char>('0' + value / of % 10);
}

}  // namespace

std::optional<std::int64_t> parse_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto number = [&](std::size_t begin, std::size_t length) {
    int value = 0;
    for (const char c : text.substr(begin, length)) {
      if (c < '0' || c > '9') return -1;
      value = value * 10 + (c - '0');
    }
    return value;
  };
  const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
  if (year < 0 || month < 0 || day < 0) return std::nullopt;
  const year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                            std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return day_number(date);
}

std::string day_text(std::int64_t day) {
  const auto date = calendar(day);
  std::string text;
  append_digits(text, static_cast<int>(date.year()), 4);
  append_digits(text += '-', static_cast<unsigned>(date.month()), 2);
  append_digits(text += '-', static_cast<unsigned>(date.day()), 2);
  return text;
}

std::string time_text(std::int64_t seconds) {
  const auto day = floor_div(seconds, seconds_per_day);
  const auto second = seconds - day * seconds_per_day;
  std::string text = day_text(day);
  append_digits(text += 'T', second / 3600, 2);
  append_digits(text += ':', second / 60 % 60, 2);
  append_digits(text += ':', second % 60, 2);
  return text += 'Z';
}

std::string_view name(Interval interval) {
  switch (interval) {
    case Interval::day:
      return "day";
    case Interval::week:
      return "week";
    case Interval::month:
      return "month";
  }
  return "day";
}

std::int64_t interval_begin(Interval interval, std::int64_t day) {
  switch (interval) {
    case Interval::day:
      return day;
    case Interval::week:  // 1970-01-01 was a Thursday
      return floor_div(day + 3, 7) * 7 - 3;
    case Interval::month: {
      const auto date = calendar(day);
      return day_number(date.year() / date.month() / 1);
    }
  }
  return day;
}

std::int64_t interval_end(Interval interval, std::int64_t day) {
  switch (interval) {
    case Interval::day:
      return day + 1;
    case Interval::week:
      return interval_begin(interval, day) + 7;
    case Interval::month: {
      const auto date = calendar(day);
      return day_number(std::chrono::year_month_day{date.year() / date.month() / 1} + std::chrono::months{1});
    }
  }
  return day + 1;
}

}  // namespace schema
