#include "schema/packed_sums.h"

namespace schema {
std::string pack(std::span<const PackedSum> sums) {
  std::string bytes;
  std::int64_t last_address = 0;
  for (const PackedSum& sum : sums) {
    append_number(bytes, static_cast<std::uint64_t>(sum.address_id - last_address));
    append_number(bytes, static_cast<std::uint64_t>(sum.result_id));
    append_number(bytes, static_cast<std::uint64_t>(sum.messages));
    append_number(bytes, static_cast<std::uint64_t>(sum.first_day * 7 + sum.last_day));
    last_address = sum.address_id;
  }
  return bytes;
}

}  // namespace schema
