// All that is said of a message, as it travels between two processes: two readings are the same when their texts are.
#pragma once

#include <string>
#include <string_view>

#include "ingest/reading_codec.h"
#include "tests/support/catch.h"

namespace tests {

inline std::string encoded(const ingest::PreparedReading& reading, std::string_view message = "") {
  std::string all;
  ingest::WireWriter wire([&](std::string_view bytes) {
    all += bytes;
    return true;
  });
  ingest::write_reading(wire, reading, message);
  REQUIRE(wire.flush());
  return all;
}

}  // namespace tests
