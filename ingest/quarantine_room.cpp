#include "ingest/quarantine_room.h"

namespace ingest {

schema::Result<bool> QuarantineRoom::take(std::size_t bytes) {
  if (!kept_) {
    const auto kept = failures_.kept();
    if (!kept) return schema::unexpected(kept.error());
    kept_ = *kept;
  }
  const schema::Kept then{kept_->originals + 1, kept_->bytes + static_cast<std::int64_t>(bytes)};
  if (static_cast<std::size_t>(then.originals) > limits_.quarantine_originals ||
      static_cast<std::size_t>(then.bytes) > limits_.quarantine_bytes)
    return false;
  kept_ = then;
  return true;
}

}  // namespace ingest
