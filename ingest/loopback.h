// What the two users of libcurl share.
#pragma once

namespace ingest {

// libcurl wants to be started once for the whole program.
void start_curl();

// Keeps an easy handle from connecting to another machine, whatever a name resolves to. Must outlive the connecting.
struct LoopbackGuard {
  bool only_loopback = false;
  bool refused = false;  // an address of another machine was kept from it

  void install(void* easy_handle);
};

}  // namespace ingest
