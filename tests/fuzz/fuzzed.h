// What every target is made of: its bytes as text, and a way to say that a promise is broken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

// A promise of a header, checked on whatever the fuzzer thinks of: broken, it is a finding like a crash.
#define PROMISE(condition)                                                         \
  do {                                                                             \
    if (!(condition)) {                                                            \
      std::fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                \
    }                                                                              \
  } while (false)

namespace fuzz {

inline constexpr std::int64_t now = 1'795'200'000;  // November 2026

// Defined by each target, called by entry.cpp.
void one_input(std::string_view bytes);

}  // namespace fuzz
