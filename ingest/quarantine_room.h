// How much may wait for a decision with its bytes. Anyone can mail what cannot be read; what lies in a mailbox is safe
// there, and shall not fill this disk.
#pragma once

#include <cstddef>
#include <optional>

#include "ingest/limits.h"
#include "schema/failures.h"

namespace ingest {

class QuarantineRoom {
 public:
  // Both must outlive it, within a batch of their owner.
  QuarantineRoom(schema::Failures& failures, const Limits& limits) : failures_(failures), limits_(limits) {}

  // Whether one more original of so many bytes may be kept. If so it counts from now on, until this ends: what was kept
  // before is counted once, when this is asked first. Errors: those of the database.
  schema::Result<bool> take(std::size_t bytes);

 private:
  schema::Failures& failures_;
  const Limits& limits_;
  std::optional<schema::Kept> kept_;
};

}  // namespace ingest
