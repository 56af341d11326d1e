// How few sources most of the mail comes from.
#pragma once

#include <array>
#include <cstdint>

#include "schema/result.h"
#include "schema/selection.h"

namespace schema {

// How many of the largest are added up.
inline constexpr std::array<std::int64_t, 3> concentration_steps = {1, 10, 100};

struct Concentration {
  std::int64_t messages = 0;
  std::int64_t unnamed = 0;   // of them: from sources that are no address; they belong to no source and no network
  std::int64_t sources = 0;   // addresses
  std::int64_t networks = 0;  // /24 of IPv4, /48 of IPv6
  // Messages of the largest, in the order of concentration_steps.
  std::array<std::int64_t, concentration_steps.size()> of_sources{}, of_networks{};
};

Result<Concentration> concentration(Database& database, const Selection& selection);

}  // namespace schema
