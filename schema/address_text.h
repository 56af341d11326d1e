// Addresses as the database keeps them (16 bytes, none for what is no address), for people.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "schema/ip_address.h"

namespace schema {

inline std::optional<std::string> address_text(std::string_view stored) {
  std::array<std::uint8_t, 16> bytes{};
  if (stored.size() != bytes.size()) return std::nullopt;
  std::copy(stored.begin(), stored.end(), bytes.begin());
  return IpAddress::from_bytes(bytes).to_string();
}

}  // namespace schema
