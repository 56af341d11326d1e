#include "ingest/retry_delay.h"

#include <set>

#include "tests/support/catch.h"

using namespace ingest;
using std::chrono::milliseconds;

TEST_CASE("the wait before another try doubles up to less than a minute, and begins anew after a success") {
  RetryDelay delay;
  for (const int seconds : {1, 2, 4, 8, 16, 32, 45, 45, 45}) {
    const auto wait = delay.next();
    CHECK(wait <= milliseconds(1000 * seconds));
    CHECK(wait >= milliseconds(750 * seconds));
  }
  delay.reset();
  CHECK(delay.next() <= milliseconds(1000));
}

TEST_CASE("no two wait in step") {
  std::set<milliseconds> waits;
  for (int i = 0; i < 50; ++i) {
    RetryDelay delay(milliseconds(1'000'000), milliseconds(1'000'000));
    waits.insert(delay.next());
  }
  CHECK(waits.size() > 5);
}
