// The sums of a week by source as bytes: numbers of seven bits a byte, the lowest first, the eighth bit set where more
// follow. For each sum: how much further its address is than the last one's, result, messages, and the first and last
// day.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace schema {

struct PackedSum {
  std::int64_t address_id = 0;
  std::int64_t result_id = 0;
  std::int64_t messages = 0;
  int first_day = 0, last_day = 0;  // of the week, 0 to 6
};

// The same sums are always the same bytes. They are in the order of their addresses.
std::string pack(std::span<const PackedSum> sums);

// Reads numbers off the front of some bytes.
class PackedNumbers {
 public:
  explicit PackedNumbers(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}
  bool at_end() const { return at_ == end_; }
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

// Calls `sink` with each sum. false: these are not the bytes of sums; what was read before they broke off was told.
template <typename Sink>
bool unpack(std::string_view bytes, Sink&& sink) {
  PackedNumbers numbers(bytes);
  PackedSum sum;
  std::uint64_t address = 0;
  while (!numbers.at_end()) {
    address += numbers.next();
    sum.address_id = static_cast<std::int64_t>(address);
    sum.result_id = static_cast<std::int64_t>(numbers.next());
    sum.messages = static_cast<std::int64_t>(numbers.next());
    const auto days = numbers.next();
    if (numbers.broken() || days >= 49) return false;
    sum.first_day = static_cast<int>(days / 7);
    sum.last_day = static_cast<int>(days % 7);
    sink(sum);
  }
  return true;
}

}  // namespace schema
