#include "ingest/failpoint.h"

#ifdef RUADAR_FAILPOINTS
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string>

namespace ingest {

void failpoint(const char* name) {
  static const std::string wanted = [] {
    const char* const value = std::getenv("RUADAR_FAILPOINT");
    return std::string(value != nullptr ? value : "");
  }();
  if (wanted.empty()) return;
  const std::size_t colon = wanted.find(':');
  if (wanted.compare(0, colon, name) != 0) return;
  static std::atomic<int> left = colon == std::string::npos ? 1 : std::atoi(wanted.c_str() + colon + 1);
  if (--left == 0) std::raise(SIGKILL);
}

}  // namespace ingest
#endif
