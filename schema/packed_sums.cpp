#include "schema/packed_sums.h"

namespace schema {
namespace {

void append(std::string& bytes, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) bytes += static_cast<char>(number | 0x80);
  bytes += static_cast<char>(number);
}

}  // namespace

std::string pack(std::span<const PackedSum> sums) {
  std::string bytes;
  std::int64_t last_address = 0;
  for (const PackedSum& sum : sums) {
    append(bytes, static_cast<std::uint64_t>(sum.address_id - last_address));
    append(bytes, static_cast<std::uint64_t>(sum.result_id));
    append(bytes, static_cast<std::uint64_t>(sum.messages));
    append(bytes, static_cast<std::uint64_t>(sum.first_day * 7 + sum.last_day));
    last_address = sum.address_id;
  }
  return bytes;
}

}  // namespace schema
