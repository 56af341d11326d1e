#include "schema/packed_days.h"

namespace schema {

std::string pack_days(std::span<const PackedDay> rows) {
  std::string bytes;
  auto last_address = rows.empty() ? 0 : rows.front().address_id;
  for (const PackedDay& row : rows) {
    append_number(bytes, static_cast<std::uint64_t>(row.address_id - last_address));
    append_number(bytes, static_cast<std::uint64_t>(row.domain_id) << 3 | static_cast<std::uint64_t>(row.day));
    append_number(bytes, static_cast<std::uint64_t>(row.result_id));
    append_number(bytes, static_cast<std::uint64_t>(row.messages) << 1 | (row.records == 1 ? 0u : 1u));
    if (row.records != 1) append_number(bytes, static_cast<std::uint64_t>(row.records));
    last_address = row.address_id;
  }
  return bytes;
}

}  // namespace schema
