// Ctrl-C while something long is done: once asks for an end in order, twice ends at once.
#pragma once

#include <atomic>

namespace server {

// From here on INT and TERM set what this returns; the second one ends the program with code 1.
const std::atomic<bool>& stop_on_interrupt();

}  // namespace server
