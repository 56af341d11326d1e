#include "ingest/report_values.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "ingest/xml_gate.h"
#include "schema/domain_name.h"

namespace ingest {
namespace {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool all_zeros(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == '0'; });
}

std::optional<std::int64_t> number(std::string_view digits) {
  if (!all_digits(digits)) return std::nullopt;
  std::int64_t value = 0;
  const auto failure = std::from_chars(digits.data(), digits.data() + digits.size(), value).ec;
  return failure == std::errc() ? value : std::numeric_limits<std::int64_t>::max();
}

// Days since 1970-01-01 of a day of the Gregorian calendar.
std::int64_t days_since_1970(std::int64_t year, std::int64_t month, std::int64_t day) {
  // Years begin in March, so that the leap day is the last; 400 of them repeat.
  if (month <= 2) --year;
  const std::int64_t era = year / 400, year_of_era = year % 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

// "+09:00" or "Z" as seconds to be subtracted; without any it is UTC, as all times of a report are.
std::optional<std::int64_t> zone_seconds(std::string_view zone) {
  if (zone.empty() || zone == "Z" || zone == "z") return 0;
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return std::nullopt;
  const auto hours = number(zone.substr(1, 2)), minutes = number(zone.substr(4, 2));
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return (zone[0] == '-' ? -1 : 1) * (*hours * 3600 + *minutes * 60);
}

std::optional<std::int64_t> parse_rfc3339(std::string_view text) {
  constexpr std::string_view shape = "0000-00-00T00:00:00";
  if (text.size() < shape.size()) return std::nullopt;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool fits = shape[i] == '0'   ? is_digit(text[i])
                      : shape[i] == 'T' ? text[i] == 'T' || text[i] == 't' || text[i] == ' '
                                        : text[i] == shape[i];
    if (!fits) return std::nullopt;
  }
  const auto field = [text](std::size_t at, std::size_t length) { return *number(text.substr(at, length)); };
  const std::int64_t month = field(5, 2), day = field(8, 2), hour = field(11, 2), minute = field(14, 2),
                     second = field(17, 2);
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return std::nullopt;

  std::string_view rest = text.substr(shape.size());
  if (rest.substr(0, 1) == ".") {
    const auto end = std::find_if_not(rest.begin() + 1, rest.end(), is_digit) - rest.begin();
    if (end == 1) return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(end));
  }
  const auto zone = zone_seconds(rest);
  if (!zone) return std::nullopt;
  return days_since_1970(field(0, 4), month, day) * 86400 + hour * 3600 + minute * 60 + second - *zone;
}

bool starts_with_letters(std::string_view text, std::string_view prefix) {
  return same_letters(text.substr(0, prefix.size()), prefix);
}

// "010.001.002.003" without the zeros in front; empty where it has none or is no dotted quad of digits.
std::string without_leading_zeros(std::string_view text) {
  std::string out;
  bool changed = false;
  for (int part = 0; part < 4; ++part) {
    const auto dot = text.find('.');
    if ((dot == text.npos) != (part == 3)) return {};
    std::string_view digits = text.substr(0, dot);
    if (!all_digits(digits) || digits.size() > 3) return {};
    while (digits.size() > 1 && digits[0] == '0') digits.remove_prefix(1), changed = true;
    if (part > 0) out += '.';
    out += digits;
    if (part < 3) text.remove_prefix(dot + 1);
  }
  return changed ? out : std::string();
}

}  // namespace

std::optional<Date> parse_date(std::string_view text) {
  constexpr std::int64_t first_milliseconds = 100'000'000'000;  // the year 5138 in seconds, 1973 in milliseconds
  if (const auto seconds = parse_rfc3339(text)) return Date{*seconds, "date_rfc3339"};
  const bool negative = text.substr(0, 1) == "-";
  if (negative) text.remove_prefix(1);
  const auto dot = text.find('.');
  if (dot != text.npos && !all_digits(text.substr(dot + 1))) return std::nullopt;
  const auto value = number(text.substr(0, dot));
  if (!value) return std::nullopt;
  if (negative) return Date{-*value};
  if (*value >= first_milliseconds && *value < 100 * first_milliseconds)
    return Date{*value / 1000, "date_milliseconds"};
  return Date{*value};
}

std::optional<std::int64_t> parse_count(std::string_view text, std::int64_t largest) {
  const auto dot = text.find('.');
  if (dot != text.npos && (dot + 1 == text.size() || !all_zeros(text.substr(dot + 1)))) return std::nullopt;
  const auto value = number(text.substr(0, dot));
  return value && *value <= largest ? value : std::nullopt;
}

SourceAddress parse_source_ip(std::string_view text) {
  using schema::IpAddress;
  if (const auto ip = IpAddress::parse(text)) return {ip};

  const std::string decimal = without_leading_zeros(text);
  if (const auto ip = IpAddress::parse(decimal)) return {ip, "source_ip_leading_zeros"};

  std::string_view core = text;
  if (starts_with_letters(core, "IPv6:")) core = trim(core.substr(5));
  const auto bracket = core.find(']');
  if (core.substr(0, 1) == "[" && bracket != core.npos) {
    const std::string_view behind = core.substr(bracket + 1);  // nothing, or a port
    if (!behind.empty() && (behind[0] != ':' || !all_digits(behind.substr(1))))
      return {std::nullopt, "source_ip_unusable"};
    core = core.substr(1, bracket - 1);
    if (starts_with_letters(core, "IPv6:")) core.remove_prefix(5);
  }
  if (core.find(':') != core.npos) core = core.substr(0, core.find('%'));
  const auto colon = core.find(':');
  if (colon != core.npos && core.find('.') < colon && all_digits(core.substr(colon + 1))) core = core.substr(0, colon);

  const auto ip = IpAddress::parse(core);
  return {ip, ip ? "source_ip_repaired" : "source_ip_unusable"};
}

DomainText parse_domain(std::string_view text) {
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '.' || c == '_'; };
  // As nearly all are: normalising would change nothing. (NULL in other letters is not plain, a dot at the end goes.)
  if (!text.empty() && text.back() != '.' && text != "null" && std::all_of(text.begin(), text.end(), is_plain))
    return {std::string(text), {}};
  if (same_letters(text, "NULL") || same_letters(text, "(null)")) return {};
  std::string_view core = text;
  while (!core.empty() && (core.front() == '<' || core.front() == '"')) core.remove_prefix(1);
  while (!core.empty() && (core.back() == '>' || core.back() == '"')) core.remove_suffix(1);
  core = schema::domain_of_address(core);
  const bool ascii = std::all_of(core.begin(), core.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  const bool repaired = core.size() != text.size() || !ascii;
  return {schema::normalise_domain(core), repaired ? "domain_repaired" : std::string_view()};
}

std::string_view cut_text(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xc0) == 0x80) --limit;
  return text.substr(0, limit);
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace ingest
