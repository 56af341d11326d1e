// Bodies of originals end to end, those of a batch in one row: alone, each leaves half a page of the database behind it
// that the next one does not fit into.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "schema/sqlite.h"

namespace schema {

// Where a body lies in original_bundle.
struct BundlePlace {
  std::int64_t bundle_id = 0;
  std::int64_t begins = 0, length = 0;  // bytes
};

// What waits in memory until its bundle is written: with its batch, or when it has become long enough.
class OriginalBundles {
 public:
  explicit OriginalBundles(Database& writer) : database_(writer) {}

  // `original_id`: more than that of any other. none: the body is too long, or nothing at all, and lies alone.
  std::optional<BundlePlace> add(std::int64_t original_id, std::string_view body);
  // A body that add() was given and that is not written yet.
  std::optional<std::string_view> waiting(const BundlePlace& place) const;
  // After the row of an original was deleted: of a bundle at least half of the bytes are of originals.
  Status take_out(std::int64_t bundle_id);

  // With the batch and its parts (schema/writer.h); write() and keep_part() within the transaction.
  Status write();
  Status keep_part();
  void drop_part();
  void drop();

 private:
  Status write_anew(std::int64_t bundle_id);

  Database& database_;
  std::optional<std::int64_t> id_;  // of the one that waits
  std::string bytes_;
  std::size_t kept_ = 0;  // of them, before the part
};

}  // namespace schema
