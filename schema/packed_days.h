// The rows of `daily_source` of a week as bytes (schema/packed_numbers.h), for those who ask for an address. For each
// row: how much further its address is than the last one's, domain and day, result, messages, and records unless they
// are one.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "schema/packed_numbers.h"

namespace schema {

struct PackedDay {
  std::int64_t address_id = 0, domain_id = 0;
  int day = 0;  // of the week, 0 to 6
  std::int64_t result_id = 0;
  std::int64_t messages = 0, records = 0;
};

// The same rows are always the same bytes. They are in the order of their addresses; the first distance is 0.
std::string pack_days(std::span<const PackedDay> rows);

// Calls `sink` with each row. false: these are not the bytes of rows; what was read before they broke off was told.
template <typename Sink>
bool unpack_days(std::int64_t first_address, std::string_view bytes, Sink&& sink) {
  PackedNumbers numbers(bytes);
  PackedDay row;
  auto address = static_cast<std::uint64_t>(first_address);
  while (!numbers.at_end()) {
    address += numbers.next();
    const auto domain_and_day = numbers.next();
    const auto result = numbers.next(), messages = numbers.next();
    const auto records = (messages & 1) != 0 ? numbers.next() : 1;
    if (numbers.broken() || (domain_and_day & 7) == 7) return false;
    row.address_id = static_cast<std::int64_t>(address);
    row.domain_id = static_cast<std::int64_t>(domain_and_day >> 3);
    row.day = static_cast<int>(domain_and_day & 7);
    row.result_id = static_cast<std::int64_t>(result);
    row.messages = static_cast<std::int64_t>(messages >> 1);
    row.records = static_cast<std::int64_t>(records);
    sink(row);
  }
  return true;
}

}  // namespace schema
