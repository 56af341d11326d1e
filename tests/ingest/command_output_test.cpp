#include "ingest/command_output.h"

#include "tests/support/catch.h"

using namespace ingest;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("what a command prints is read to its end, with its exit code") {
  Bell bell;
  const auto output = command_output("echo one; cat; echo two; exit 3", seconds(60), bell);
  REQUIRE(output);
  CHECK(output->text == "one\ntwo\n");
  CHECK(output->exit_code == 3);
  CHECK(command_output("kill -9 $$", seconds(60), bell)->exit_code == -1);
  CHECK(command_output("no-such-command 2>/dev/null", seconds(60), bell)->exit_code == 127);
}

TEST_CASE("a command that prints without end is read to its end, and 16 KiB of it kept") {
  Bell bell;
  const auto output = command_output("head -c 100000 /dev/zero", seconds(60), bell);
  REQUIRE(output);
  CHECK(output->text.size() == 16 * 1024);
}

TEST_CASE("a command that does not end is ended, with what it has started") {
  Bell bell;
  const auto began = std::chrono::steady_clock::now();
  CHECK(command_output("sleep 600 & sleep 600", milliseconds(100), bell).error().code == "timeout");
  CHECK(command_output("exec >&-; sleep 600", milliseconds(100), bell).error().code == "timeout");
  bell.ring_stop();
  CHECK(command_output("sleep 600", seconds(600), bell).error().code == "interrupted");
  CHECK(std::chrono::steady_clock::now() - began < seconds(60));
}
