// The rows of `daily` of a domain and a week as bytes (schema/packed_numbers.h): their numbers one after the other.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "schema/packed_numbers.h"

namespace schema {

struct PackedResult {
  int day = 0;  // of the week, 0 to 6
  std::int64_t reporter_id = 0, policy_id = 0, header_from_id = 0, result_id = 0;
  std::int64_t messages = 0, records = 0;
};

inline std::string pack_results(std::span<const PackedResult> rows) {
  std::string bytes;
  for (const auto& row : rows) {
    for (const auto number : {static_cast<std::int64_t>(row.day), row.reporter_id, row.policy_id, row.header_from_id,
                              row.result_id, row.messages, row.records})
      append_number(bytes, static_cast<std::uint64_t>(number));
  }
  return bytes;
}

// Calls `sink` with each row. false: these are not the bytes of rows; what was read before they broke off was told.
template <typename Sink>
bool unpack_results(std::string_view bytes, Sink&& sink) {
  PackedNumbers numbers(bytes);
  const auto next = [&numbers] { return static_cast<std::int64_t>(numbers.next()); };
  PackedResult row;
  while (!numbers.at_end()) {
    const auto day = next();
    row.day = static_cast<int>(day);
    row.reporter_id = next();
    row.policy_id = next();
    row.header_from_id = next();
    row.result_id = next();
    row.messages = next();
    row.records = next();
    if (numbers.broken() || day < 0 || day > 6) return false;
    sink(row);
  }
  return true;
}

}  // namespace schema
