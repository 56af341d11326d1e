// How much may wait for a decision with its bytes. Anyone can mail what cannot be read; what lies in a mailbox is safe
// there, and shall not fill this disk, nor one sender the room of all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "ingest/limits.h"
#include "schema/failures.h"

namespace ingest {

// The domain of a From header, in lower case; empty where it has none. Anyone can write any there.
std::string sender_domain(std::string_view from);

class QuarantineRoom {
 public:
  // Both must outlive it, within a batch of their owner.
  QuarantineRoom(schema::Failures& failures, const Limits& limits) : failures_(failures), limits_(limits) {}

  // Whether one more original of so many bytes, of a mail from this domain, may be kept at `now` (seconds since 1970).
  // If so it counts from now on, until this ends: what was kept before is counted once, when this is asked first, and
  // first on each day (UTC). Errors: those of the database.
  schema::Result<bool> take(std::size_t bytes, const std::string& domain, std::int64_t now);

 private:
  schema::Status count(std::int64_t now);

  schema::Failures& failures_;
  const Limits& limits_;
  std::optional<schema::Kept> kept_;
  std::map<std::string, std::size_t> of_today_;  // by domain
  std::int64_t today_ = 0;                       // days since 1970-01-01
};

}  // namespace ingest
