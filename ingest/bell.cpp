#include "ingest/bell.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>

namespace ingest {

Bell::Bell() {
  [[maybe_unused]] const int failed = ::pipe2(descriptors_, O_CLOEXEC | O_NONBLOCK);
  assert(failed == 0);
}

Bell::~Bell() {
  for (const int descriptor : descriptors_) {
    if (descriptor >= 0) ::close(descriptor);
  }
}

void Bell::ring() {
  const char byte = 1;
  // A full pipe rings already.
  [[maybe_unused]] const auto written = ::write(descriptors_[1], &byte, 1);
}

void Bell::ring_stop() {
  stopping_ = true;
  ring();
}

bool Bell::take() {
  bool rang = false;
  std::array<char, 64> bytes;
  while (::read(descriptors_[0], bytes.data(), bytes.size()) > 0) rang = true;
  if (stopping_) ring();
  return rang;
}

bool Bell::wait(std::chrono::milliseconds longest) const {
  pollfd descriptor = {descriptors_[0], POLLIN, 0};
  const auto span = std::clamp<std::chrono::milliseconds::rep>(longest.count(), 0, 24 * 3600 * 1000);
  return ::poll(&descriptor, 1, static_cast<int>(span)) > 0;
}

}  // namespace ingest
