#include "schema/packed_week_records.h"

#include <algorithm>

namespace schema {

std::string pack_details(std::span<const RecordDetails> details) {
  std::string bytes;
  for (const auto& one : details) {
    append_number(bytes, static_cast<std::uint64_t>(one.result_id));
    append_number(bytes, static_cast<std::uint64_t>(one.header_from_id));
    append_number(bytes, one.envelope_from_id ? static_cast<std::uint64_t>(*one.envelope_from_id) + 1 : 0);
    append_number(bytes, static_cast<std::uint64_t>(one.auth_id));
    append_number(bytes, static_cast<std::uint64_t>(one.override_id));
  }
  return bytes;
}

std::optional<std::vector<RecordDetails>> unpack_details(std::string_view bytes) {
  PackedNumbers numbers(bytes);
  const auto next = [&numbers] { return static_cast<std::int64_t>(numbers.next()); };
  std::vector<RecordDetails> all;
  while (!numbers.at_end()) {
    RecordDetails one;
    one.result_id = next();
    one.header_from_id = next();
    if (const auto envelope = next(); envelope > 0) one.envelope_from_id = envelope - 1;
    one.auth_id = next();
    one.override_id = next();
    if (numbers.broken()) return std::nullopt;
    all.push_back(one);
  }
  return all;
}

std::string pack_week_records(std::span<const PackedRecord> records) {
  std::string bytes;
  if (records.empty()) return bytes;
  const auto first_report = std::ranges::min_element(records, {}, &PackedRecord::report_id)->report_id;
  append_number(bytes, static_cast<std::uint64_t>(first_report));
  auto address = records.front().address_id, report = first_report;
  for (const auto& record : records) {
    if (record.address_id != address) report = first_report;
    append_number(bytes, static_cast<std::uint64_t>(record.address_id - address));
    append_number(bytes, static_cast<std::uint64_t>(record.report_id - report));
    append_number(bytes, record.details);
    append_number(bytes, static_cast<std::uint64_t>(record.messages));
    address = record.address_id;
    report = record.report_id;
  }
  return bytes;
}

}  // namespace schema
