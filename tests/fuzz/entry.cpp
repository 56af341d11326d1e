// Where libFuzzer begins.
#include "tests/fuzz/fuzzed.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::one_input({reinterpret_cast<const char*>(data), size});
  return 0;
}
