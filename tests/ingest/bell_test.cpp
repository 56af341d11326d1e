#include "ingest/bell.h"

#include <thread>

#include "tests/support/catch.h"

using ingest::Bell;
using namespace std::chrono_literals;

TEST_CASE("a bell rings until somebody takes it") {
  Bell bell;
  CHECK_FALSE(bell.take());
  CHECK_FALSE(bell.wait(0ms));
  bell.ring();
  bell.ring();
  CHECK(bell.wait(0ms));
  CHECK(bell.wait(-5ms));
  CHECK(bell.take());
  CHECK_FALSE(bell.take());
  CHECK_FALSE(bell.wait(1ms));
  CHECK_FALSE(bell.stopping());
}

TEST_CASE("a bell that nobody takes can be rung without end") {
  Bell bell;
  for (int i = 0; i < 200'000; ++i) bell.ring();
  CHECK(bell.take());
  CHECK_FALSE(bell.wait(0ms));
}

TEST_CASE("a bell that rings to stop rings for good") {
  Bell bell;
  std::thread ringing([&] { bell.ring_stop(); });
  CHECK(bell.wait(24h * 365));
  ringing.join();
  CHECK(bell.stopping());
  CHECK(bell.take());
  CHECK(bell.take());
  CHECK(bell.wait(0ms));
}
