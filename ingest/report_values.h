// The values of a report, read tolerantly: each function says what it had to forgive. Pure functions of text that is
// trimmed already.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "schema/ip_address.h"

namespace ingest {

// `note` is everywhere the code of schema/note.h for what was forgiven, empty where the text was as it should be.

struct Date {
  std::int64_t seconds = 0;  // since 1970-01-01T00:00:00Z; the nearest number there is for what is out of range
  std::string_view note = {};
};
// Seconds since 1970 with or without a fraction (which is dropped), the same in milliseconds from 100,000,000,000 on,
// or RFC 3339 with date and time. None for anything else.
std::optional<Date> parse_date(std::string_view text);

// Decimal digits, also as "12.0". None for anything else and for more than `largest`.
std::optional<std::int64_t> parse_count(std::string_view text, std::int64_t largest);

struct SourceAddress {
  std::optional<schema::IpAddress> ip;
  std::string_view note = {};
};
// Beyond IpAddress::parse(): "[2001:db8::1]", "IPv6:2001:db8::1", "fe80::1%eth0", "192.0.2.1:25", "010.001.002.003".
SourceAddress parse_source_ip(std::string_view text);

struct DomainText {
  std::string name;            // normalised
  std::string_view note = {};  // domain_repaired
};
// Also out of "<user@example.com>"; "NULL" is no domain.
DomainText parse_domain(std::string_view text);

// At most `limit` bytes of UTF-8, no character cut.
std::string_view cut_text(std::string_view text, std::size_t limit);

std::string_view trim(std::string_view text);

}  // namespace ingest
