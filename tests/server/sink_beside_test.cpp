#include "server/sink_beside.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/catch.h"

TEST_CASE("a sink beside gets every piece, in order, in another thread") {
  std::vector<std::string> pieces;
  std::thread::id thread;
  {
    server::SinkBeside sink([&](std::string_view bytes) {
      pieces.emplace_back(bytes);
      thread = std::this_thread::get_id();
      return true;
    });
    for (int i = 0; i < 1000; ++i) CHECK(sink.write(std::to_string(i)));
    CHECK(sink.write(""));
    CHECK(sink.finish());
    CHECK(pieces.size() == 1000);
    CHECK(sink.write("last"));
  }
  CHECK((pieces.size() == 1001 && pieces[0] == "0" && pieces[999] == "999" && pieces[1000] == "last"));
  CHECK(thread != std::this_thread::get_id());
}

TEST_CASE("a sink that refused a piece gets no more") {
  std::atomic<int> pieces = 0;
  server::SinkBeside sink([&](std::string_view) { return ++pieces < 2; });
  CHECK(sink.write("taken"));
  CHECK(sink.write("refused"));
  CHECK_FALSE(sink.write("more"));
  CHECK_FALSE(sink.finish());
  CHECK(pieces == 2);
}
