// Bytes as they came, each only once: of every attachment that was stored or could not be, so that a better parser can
// read it again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "schema/original_bundles.h"
#include "schema/original_codec.h"
#include "schema/sqlite.h"

namespace schema {

class Originals {
 public:
  explicit Originals(Database& writer) : database_(writer), bundles_(writer) {}

  // The number of these bytes, kept now or before.
  Result<std::int64_t> keep(std::string_view bytes);
  // The same for what is left where it lies, or what we were only given the beginning of: its length is kept, its bytes
  // are not.
  Result<std::int64_t> keep_length(std::string_view beginning, std::uint64_t bytes);
  // Whether its bytes are kept. Error internal not_found.
  Result<bool> is_kept(std::int64_t id);
  // 32 bytes. Error internal not_found.
  Result<std::string> sha256_of(std::int64_t id);
  // The next one behind `id` that a report was read from, or that failed and is not resolved; none at the end.
  Result<std::optional<std::int64_t>> next_in_use(std::int64_t id);
  // none: these bytes are not kept.
  Result<std::optional<std::int64_t>> find(std::string_view sha256);
  // As load_original(), of what was kept in this batch, too.
  Result<std::string> load(std::int64_t id);
  // Deletes it; nothing may refer to it. How many bytes it took; 0 when there is none.
  Result<std::int64_t> remove(std::int64_t id);

  // What waits of a batch and its parts (schema/original_bundles.h).
  OriginalBundles& bundles() { return bundles_; }

 private:
  Result<std::int64_t> insert(std::string_view sha256, std::uint64_t bytes, const EncodedOriginal& encoded);

  Database& database_;
  OriginalBundles bundles_;
};

// The bytes as they came. Reads only. Errors: internal not_found, corrupt; unavailable original_not_kept.
Result<std::string> load_original(Database& database, std::int64_t id);

// An expression of a row of `original`: how many bytes it takes, compressed.
inline constexpr std::string_view kept_bytes = "ifnull(length, length(body))";

}  // namespace schema
