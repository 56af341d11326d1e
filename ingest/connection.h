// Bytes to and from a server, whatever carries them: TLS in earnest, a script in the tests.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "schema/result.h"

namespace ingest {

using Deadline = std::chrono::steady_clock::time_point;
inline Deadline in(std::chrono::milliseconds span) {
  return std::chrono::steady_clock::now() + span;
}

// What ends waiting before its time.
enum class Wake : std::uint8_t {
  on_stop,  // the program is to end
  on_ring,  // also when the Bell rings
};

// Errors of both, all `unavailable`: `connection` (it is gone, with the reason in words), `timeout` (nothing came until
// the deadline), `interrupted` (see Wake). After `timeout` and `interrupted` it can be used further.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual schema::Status send(std::string_view bytes, Deadline deadline) = 0;
  // Some bytes, at least one. The view holds until the next call.
  virtual schema::Result<std::string_view> receive(Deadline deadline, Wake wake) = 0;
};

}  // namespace ingest
