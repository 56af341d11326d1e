#include "ingest/wire.h"

#include <algorithm>
#include <cstring>

namespace ingest {
namespace {

constexpr std::size_t longest_number = 10;  // 64 bits, seven a byte

}  // namespace

void WireWriter::room(std::size_t count) {
  if (buffer_.size() - used_ < count) flush();
}

bool WireWriter::flush() {
  taken_ = taken_ && (used_ == 0 || sink_(std::string_view(buffer_.data(), used_)));
  used_ = 0;
  return taken_;
}

void WireWriter::byte(std::uint8_t value) {
  room(1);
  buffer_[used_++] = static_cast<char>(value);
}

void WireWriter::number(std::uint64_t value) {
  room(longest_number);
  for (; value >= 0x80; value >>= 7) buffer_[used_++] = static_cast<char>(value | 0x80);
  buffer_[used_++] = static_cast<char>(value);
}

void WireWriter::bytes(std::string_view value) {
  if (value.size() > buffer_.size() - used_) {
    flush();
    // What is larger than the buffer need not go through it.
    if (value.size() > buffer_.size()) {
      taken_ = taken_ && sink_(value);
      return;
    }
  }
  std::memcpy(buffer_.data() + used_, value.data(), value.size());
  used_ += value.size();
}

void WireWriter::text(std::string_view value) {
  number(value.size());
  if (!value.empty()) bytes(value);
}

void WireReader::fail(std::string_view fault) {
  if (fault_.empty()) fault_ = fault;
  at_ = end_ = 0;
}

bool WireReader::refill() {
  if (!good()) return false;
  at_ = 0;
  end_ = std::min(source_(buffer_.data(), buffer_.size()), buffer_.size());
  if (end_ == 0) fail(too_early);
  return end_ > 0;
}

std::uint8_t WireReader::byte(std::uint8_t most) {
  if (at_ == end_ && !refill()) return 0;
  const auto value = static_cast<std::uint8_t>(buffer_[at_++]);
  if (value <= most) return value;
  fail("a number is too large");
  return 0;
}

std::uint64_t WireReader::number(std::uint64_t most) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (at_ == end_ && !refill()) return 0;
    const auto next = static_cast<std::uint8_t>(buffer_[at_++]);
    const std::uint64_t bits = next & 0x7fu;
    if (shift == 63 && bits > 1) break;
    value |= bits << shift;
    if (next < 0x80) {
      if (value <= most) return value;
      break;
    }
  }
  fail("a number is too large");
  return 0;
}

void WireReader::bytes(char* to, std::size_t count) {
  while (count > 0) {
    if (at_ == end_ && !refill()) {
      std::memset(to, 0, count);
      return;
    }
    const std::size_t here = std::min(count, end_ - at_);
    std::memcpy(to, buffer_.data() + at_, here);
    at_ += here;
    to += here;
    count -= here;
  }
}

void WireReader::text(std::string& to, std::size_t most) {
  std::size_t left = number(most);
  to.clear();
  while (left > 0) {
    if (at_ == end_ && !refill()) {
      to.clear();
      return;
    }
    const std::size_t here = std::min(left, end_ - at_);
    to.append(buffer_.data() + at_, here);
    at_ += here;
    left -= here;
  }
}

}  // namespace ingest
