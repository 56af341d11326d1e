// Numbers as bytes: seven bits a byte, the lowest first, the eighth bit set where more follow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace schema {

inline void append_number(std::string& bytes, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) bytes += static_cast<char>(number | 0x80);
  bytes += static_cast<char>(number);
}

// Reads numbers off the front of some bytes.
class PackedNumbers {
 public:
  explicit PackedNumbers(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}
  bool at_end() const { return at_ == end_; }
  // How many bytes were not read.
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  // Something was read that is no number, and so are all that follow.
  bool broken() const { return broken_; }
  std::uint64_t next() {
    std::uint64_t number = 0;
    for (int shift = 0; at_ != end_ && shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(*at_++);
      number |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return number;
    }
    broken_ = true;
    at_ = end_;
    return 0;
  }

 private:
  const char* at_;
  const char* end_;
  bool broken_ = false;
};

}  // namespace schema
