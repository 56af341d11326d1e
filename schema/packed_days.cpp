#include "schema/packed_days.h"

#include <algorithm>

namespace schema {
namespace {

PackedDays packed(std::span<const PackedDay> rows) {
  PackedDays piece{rows.front().address_id, {}};
  auto last_address = piece.first_address;
  for (const PackedDay& row : rows) {
    append_number(piece.bytes, static_cast<std::uint64_t>(row.address_id - last_address));
    append_number(piece.bytes, static_cast<std::uint64_t>(row.domain_id) << 3 | static_cast<std::uint64_t>(row.day));
    append_number(piece.bytes, static_cast<std::uint64_t>(row.result_id));
    append_number(piece.bytes, static_cast<std::uint64_t>(row.messages) << 1 | (row.records == 1 ? 0u : 1u));
    if (row.records != 1) append_number(piece.bytes, static_cast<std::uint64_t>(row.records));
    last_address = row.address_id;
  }
  return piece;
}

}  // namespace

std::vector<PackedDays> pack_days(std::span<const PackedDay> rows) {
  std::vector<PackedDays> all;
  std::size_t first = 0;  // of the piece
  for (std::size_t at = 0; at < rows.size();) {
    const auto address = rows[at].address_id;
    const auto end = static_cast<std::size_t>(
        std::ranges::find_if(rows.subspan(at), [&](const PackedDay& row) { return row.address_id != address; }) -
        rows.begin());
    if (at > first && end - first > rows_of_packed_days) {
      all.push_back(packed(rows.subspan(first, at - first)));
      first = at;
    }
    at = end;
  }
  if (first < rows.size()) all.push_back(packed(rows.subspan(first)));
  return all;
}

}  // namespace schema
