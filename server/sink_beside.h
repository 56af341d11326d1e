// A sink that runs in a thread of its own: what writes a long answer makes the next piece meanwhile.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "server/api/exchange.h"

namespace server {

class SinkBeside {
 public:
  explicit SinkBeside(BodySink sink);
  // Waits for the last piece.
  ~SinkBeside();
  SinkBeside(const SinkBeside&) = delete;
  SinkBeside& operator=(const SinkBeside&) = delete;

  // Waits until the sink has taken the piece before; false: it refused one, and gets no more.
  bool write(std::string_view bytes);
  // Waits until it has taken all; false: it refused a piece.
  bool finish();

 private:
  void run();

  BodySink sink_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string piece_;    // empty: the sink is done with it
  bool open_ = true;     // the sink took all so far
  bool at_end_ = false;  // there will be no more
  std::thread thread_;   // last: it uses the others
};

}  // namespace server
