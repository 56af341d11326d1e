// A source address: parsed once, comparable, printable.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace schema {

// IPv4 and IPv6 alike as 16 bytes; IPv4 is held in its mapped form (::ffff:a.b.c.d), so that addresses sort and
// networks are ranges.
class IpAddress {
 public:
  // Strict: dotted quad without leading zeros, or RFC 4291 text; `::ffff:a.b.c.d` is the IPv4 address. No brackets,
  // zones, ports or blanks (that tolerance is the report parser's).
  static std::optional<IpAddress> parse(std::string_view text);
  static IpAddress from_bytes(const std::array<std::uint8_t, 16>& bytes) { return IpAddress(bytes); }

  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  bool is_v4() const;
  // RFC 5952: lower case, compressed; dotted quad for IPv4.
  std::string to_string() const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  explicit IpAddress(const std::array<std::uint8_t, 16>& bytes) : bytes_(bytes) {}
  std::array<std::uint8_t, 16> bytes_;
};

// First and last address of a network.
struct IpRange {
  IpAddress first, last;
  bool operator==(const IpRange&) const = default;
};

// "192.0.2.0/24", "2001:db8::/32" or a single address; host bits are ignored.
std::optional<IpRange> parse_ip_range(std::string_view text);

}  // namespace schema
