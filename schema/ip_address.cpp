#include "schema/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace schema {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

constexpr std::array<std::uint8_t, 12> v4_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

void append_hex_groups(std::string& out, const Bytes& bytes, std::size_t first, std::size_t last) {
  for (std::size_t group = first; group < last; ++group) {
    char digits[4];
    const unsigned value = bytes[2 * group] << 8 | bytes[2 * group + 1];
    const auto end = std::to_chars(digits, digits + sizeof digits, value, 16).ptr;
    if (group != first) out += ':';
    out.append(digits, end);
  }
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  char terminated[INET6_ADDRSTRLEN];
  if (text.empty() || text.size() >= sizeof terminated || text.find('\0') != text.npos) return std::nullopt;
  std::memcpy(terminated, text.data(), text.size());
  terminated[text.size()] = '\0';

  Bytes bytes{};
  if (text.find(':') != text.npos) {
    if (inet_pton(AF_INET6, terminated, bytes.data()) != 1) return std::nullopt;
  } else {
    std::copy(v4_prefix.begin(), v4_prefix.end(), bytes.begin());
    if (inet_pton(AF_INET, terminated, bytes.data() + v4_prefix.size()) != 1) return std::nullopt;
  }
  return IpAddress(bytes);
}

bool IpAddress::is_v4() const {
  return std::equal(v4_prefix.begin(), v4_prefix.end(), bytes_.begin());
}

std::string IpAddress::to_string() const {
  std::string out;
  if (is_v4()) {
    for (std::size_t i = v4_prefix.size(); i < bytes_.size(); ++i) {
      if (!out.empty()) out += '.';
      out += std::to_string(bytes_[i]);
    }
    return out;
  }
  // RFC 5952 section 4.2: the longest run of two or more zero groups becomes "::", the first of equals.
  constexpr std::size_t groups = 8;
  std::size_t best = 0, best_length = 0;
  for (std::size_t i = 0; i < groups;) {
    std::size_t end = i;
    while (end < groups && bytes_[2 * end] == 0 && bytes_[2 * end + 1] == 0) ++end;
    if (end - i > best_length) best = i, best_length = end - i;
    i = end + 1;
  }
  if (best_length < 2) {
    append_hex_groups(out, bytes_, 0, groups);
    return out;
  }
  append_hex_groups(out, bytes_, 0, best);
  out += "::";
  append_hex_groups(out, bytes_, best + best_length, groups);
  return out;
}

std::optional<IpRange> parse_ip_range(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == text.npos) return IpRange{*address, *address};

  const auto digits = text.substr(slash + 1);
  // How the network is written decides how its bits are counted: "::ffff:192.0.2.0/120" is 192.0.2.0/24.
  const unsigned width = text.find(':') != text.npos ? 128 : 32;
  unsigned prefix = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (error != std::errc() || end != digits.data() + digits.size() || prefix > width) return std::nullopt;

  Bytes first = address->bytes(), last = first;
  for (unsigned bit = prefix + (128 - width); bit < 128; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80 >> bit % 8);
    first[bit / 8] &= static_cast<std::uint8_t>(~mask);
    last[bit / 8] |= mask;
  }
  return IpRange{IpAddress::from_bytes(first), IpAddress::from_bytes(last)};
}

}  // namespace schema
