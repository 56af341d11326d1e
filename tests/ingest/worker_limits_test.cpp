// What a worker may use grows with what its mails may unpack; that it gets no more is worker_pool_test's.
#include "ingest/worker_limits.h"

#include "tests/support/catch.h"

using ingest::Limits;
using ingest::worker_limits;
using ingest::WorkerLimits;

namespace {

// How many times the usual a worker gets for mails that unpack to so much.
std::size_t times(std::size_t decompressed_mail_bytes) {
  Limits limits;
  limits.decompressed_mail_bytes = decompressed_mail_bytes;
  const WorkerLimits usual, got = worker_limits(limits);
  const auto times = got.memory_bytes / usual.memory_bytes;
  CHECK(got.memory_bytes == times * usual.memory_bytes);
  CHECK(got.processor == static_cast<int>(times) * usual.processor);
  CHECK(got.wall == static_cast<int>(times) * usual.wall);
  // What it is and how long it lives stays.
  CHECK(got.open_files == usual.open_files);
  CHECK(got.mails == usual.mails);
  CHECK(got.idle == usual.idle);
  CHECK(got.deaths == usual.deaths);
  return times;
}

}  // namespace

TEST_CASE("a worker gets more for mails that unpack to more than usual, and never less") {
  const std::size_t usual = Limits().decompressed_mail_bytes;
  CHECK(times(0) == 1);
  CHECK(times(usual - 1) == 1);
  CHECK(times(usual) == 1);
  CHECK(times(usual + 1) == 2);
  CHECK(times(2 * usual) == 2);
  CHECK(times(2 * usual + 1) == 3);
}

TEST_CASE("a worker gets a hundred times the usual, and no more") {
  const std::size_t usual = Limits().decompressed_mail_bytes;
  CHECK(times(99 * usual) == 99);
  CHECK(times(100 * usual) == 100);
  CHECK(times(101 * usual) == 100);
}

TEST_CASE("the processor's time ends before patience does, so that a loop is told from a wait") {
  const WorkerLimits limits;
  CHECK(limits.wall > limits.processor);
}
