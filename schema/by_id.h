// Something for each number that the database has given, in memory: numbers begin at 1 and have no large gaps, so that
// no hash is needed, and neighbours lie together.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace schema {

template <typename T>
class ById {
 public:
  // Made where it was not there.
  T& at(std::int64_t id) {
    const auto place = static_cast<std::size_t>(id);
    const auto block = place / block_size;
    if (block >= blocks_.size()) blocks_.resize(block + 1);
    if (!blocks_[block]) blocks_[block] = std::make_unique<std::array<T, block_size>>();
    return (*blocks_[block])[place % block_size];
  }
  // All that were made, in order, and what lies between them.
  template <typename Each>
  void each(Each&& sink) const {
    for (std::size_t block = 0; block < blocks_.size(); ++block) {
      for (std::size_t i = 0; blocks_[block] && i < block_size; ++i) {
        sink(static_cast<std::int64_t>(block * block_size + i), (*blocks_[block])[i]);
      }
    }
  }

 private:
  static constexpr std::size_t block_size = 16;
  std::vector<std::unique_ptr<std::array<T, block_size>>> blocks_;
};

// Something for pairs of an address, say, and a domain: of these each address has few.
template <typename T>
class ByIdPair {
 public:
  // Made where it was not there.
  T& at(std::int64_t first, std::int64_t second) {
    auto& list = lists_.at(first);
    const auto found = std::ranges::find(list.rbegin(), list.rend(), second, &std::pair<std::int64_t, T>::first);
    return found != list.rend() ? found->second : list.emplace_back(second, T()).second;
  }
  // All of them.
  template <typename Each>
  void each(Each&& sink) const {
    lists_.each([&](std::int64_t first, const auto& list) {
      for (const auto& [second, one] : list) sink(first, second, one);
    });
  }

 private:
  ById<std::vector<std::pair<std::int64_t, T>>> lists_;
};

// A set of such pairs, a bit each.
class IdPairs {
 public:
  explicit IdPairs(std::int64_t largest_second) : words_(static_cast<std::size_t>(largest_second) / 64 + 1) {}
  void add(std::int64_t first, std::int64_t second) {
    const auto at = place(first, second);
    if (at >= bits_.size()) bits_.resize(std::max((static_cast<std::size_t>(first) + 1) * words_, 2 * bits_.size()));
    bits_[at] |= bit(second);
  }
  void remove(std::int64_t first, std::int64_t second) {
    if (const auto at = place(first, second); at < bits_.size()) bits_[at] &= ~bit(second);
  }
  bool has(std::int64_t first, std::int64_t second) const {
    const auto at = place(first, second);
    return at < bits_.size() && (bits_[at] & bit(second)) != 0;
  }
  // With all of another, which has the same largest second.
  void merge(const IdPairs& other) {
    bits_.resize(std::max(bits_.size(), other.bits_.size()));
    for (std::size_t i = 0; i < other.bits_.size(); ++i) bits_[i] |= other.bits_[i];
  }
  // How many it has of this first one.
  std::int64_t count(std::int64_t first) const {
    std::int64_t count = 0;
    for (auto at = place(first, 0); at < std::min(bits_.size(), place(first + 1, 0)); ++at)
      count += std::popcount(bits_[at]);
    return count;
  }

 private:
  std::size_t place(std::int64_t first, std::int64_t second) const {
    return static_cast<std::size_t>(first) * words_ + static_cast<std::size_t>(second) / 64;
  }
  static std::uint64_t bit(std::int64_t second) { return std::uint64_t{1} << second % 64; }

  std::size_t words_;
  std::vector<std::uint64_t> bits_;
};

}  // namespace schema
