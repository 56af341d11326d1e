// The records of a week by address as bytes (schema/packed_numbers.h), and what many of them say alike, once, the most
// frequent first. For each record: how much further its address is than the last one's, report (of the first of an
// address how much further than the first report of the piece, of others than the last one's), which details, and
// messages.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/packed_numbers.h"

namespace schema {

struct RecordDetails {
  std::int64_t result_id = 0, header_from_id = 0;
  std::optional<std::int64_t> envelope_from_id;
  std::int64_t auth_id = 0, override_id = 0;
  auto operator<=>(const RecordDetails&) const = default;
};

struct PackedRecord {
  std::int64_t address_id = 0, report_id = 0;
  std::size_t details = 0;  // their place
  std::int64_t messages = 0;
};

std::string pack_details(std::span<const RecordDetails> details);
// none: these are not their bytes.
std::optional<std::vector<RecordDetails>> unpack_details(std::string_view bytes);

// The same records are always the same bytes. They are in the order of their addresses, and those of one of their
// reports.
std::string pack_week_records(std::span<const PackedRecord> records);

// Calls `sink` with each record. false: these are not the bytes of records; what was read before they broke off was
// told.
template <typename Sink>
bool unpack_week_records(std::int64_t first_address, std::string_view bytes, Sink&& sink) {
  PackedNumbers numbers(bytes);
  const auto first_report = numbers.next();
  PackedRecord record;
  auto address = static_cast<std::uint64_t>(first_address), report = first_report;
  while (!numbers.at_end()) {
    const auto further = numbers.next();
    if (further != 0) report = first_report;
    address += further;
    report += numbers.next();
    record.address_id = static_cast<std::int64_t>(address);
    record.report_id = static_cast<std::int64_t>(report);
    record.details = numbers.next();
    record.messages = static_cast<std::int64_t>(numbers.next());
    if (numbers.broken()) return false;
    sink(record);
  }
  return !numbers.broken();
}

}  // namespace schema
