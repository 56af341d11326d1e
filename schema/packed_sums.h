// The sums of a week by source as bytes (schema/packed_numbers.h). For each sum: how much further its address is than
// the last one's, result, messages, and the first and last day.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "schema/packed_numbers.h"

namespace schema {

struct PackedSum {
  std::int64_t address_id = 0;
  std::int64_t result_id = 0;
  std::int64_t messages = 0;
  int first_day = 0, last_day = 0;  // of the week, 0 to 6
};

// The same sums are always the same bytes. They are in the order of their addresses.
std::string pack(std::span<const PackedSum> sums);

// Calls `sink` with each sum. false: these are not the bytes of sums; what was read before they broke off was told.
template <typename Sink>
bool unpack(std::string_view bytes, Sink&& sink) {
  PackedNumbers numbers(bytes);
  PackedSum sum;
  std::uint64_t address = 0;
  while (!numbers.at_end()) {
    address += numbers.next();
    sum.address_id = static_cast<std::int64_t>(address);
    sum.result_id = static_cast<std::int64_t>(numbers.next());
    sum.messages = static_cast<std::int64_t>(numbers.next());
    const auto days = numbers.next();
    if (numbers.broken() || days >= 49) return false;
    sum.first_day = static_cast<int>(days / 7);
    sum.last_day = static_cast<int>(days % 7);
    sink(sum);
  }
  return true;
}

}  // namespace schema
