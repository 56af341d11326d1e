#include "ingest/failpoint.h"

#ifdef RUADAR_FAILPOINTS
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string>
#endif

namespace ingest {

#ifdef RUADAR_FAILPOINTS
void failpoint(const char* name) {
  static const std::string wanted = [] {
    const char* const value = std::getenv("RUADAR_FAILPOINT");
    return std::string(value != nullptr ? value : "");
  }();
  if (wanted.empty()) return;
  const std::size_t colon = wanted.find(':');
  if (wanted.substr(0, colon) != name) return;
  static std::atomic<int> left = colon == std::string::npos ? 1 : std::atoi(wanted.c_str() + colon + 1);
  if (--left == 0) std::raise(SIGKILL);
}
#else
void failpoint(const char*) {}
#endif

}  // namespace ingest
