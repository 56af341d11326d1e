// A hash of some numbers of the database; tells keys of a table in memory apart, guards nothing.
#pragma once

#include <cstddef>
#include <cstdint>

namespace schema {

class IdHash {
 public:
  void add(std::int64_t id) {
    value_ = (value_ ^ static_cast<std::uint64_t>(id)) * 0x9e3779b97f4a7c15u;
    value_ ^= value_ >> 29;
  }
  std::size_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0;
};

}  // namespace schema
