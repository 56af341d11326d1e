// What a run reads, in the few words in which a list of runs names it.
#pragma once

#include <cstddef>
#include <string>

namespace ingest {

// Of several the first, and how many more: "2019.mbox +2".
inline std::string run_origin(const std::string& first, std::size_t count) {
  return count > 1 ? first + " +" + std::to_string(count - 1) : first;
}

}  // namespace ingest
