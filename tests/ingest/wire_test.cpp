#include "ingest/wire.h"

#include <cstring>
#include <limits>

#include "tests/support/catch.h"

using ingest::WireReader;
using ingest::WireWriter;

namespace {

std::string written(const std::function<void(WireWriter&)>& write) {
  std::string all;
  WireWriter wire([&](std::string_view bytes) {
    all += bytes;
    return true;
  });
  write(wire);
  REQUIRE(wire.flush());
  return all;
}

// Gives out `step` bytes at a time.
WireReader reader(const std::string& bytes, std::size_t step = 1) {
  return WireReader([&bytes, step, at = std::size_t{0}](char* to, std::size_t size) mutable {
    const std::size_t count = std::min({step, size, bytes.size() - at});
    std::memcpy(to, bytes.data() + at, count);
    at += count;
    return count;
  });
}

}  // namespace

TEST_CASE("numbers and texts come out as they went in, in pieces of any size") {
  constexpr auto largest = std::numeric_limits<std::uint64_t>::max();
  const std::string long_text(200'000, 'x');
  const std::string bytes = written([&](WireWriter& wire) {
    for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128}, largest})
      wire.number(number);
    wire.byte(7);
    wire.text("");
    wire.text(long_text);
    wire.text("end");
  });
  for (const std::size_t step : {std::size_t{1}, std::size_t{3}, std::size_t{100'000}}) {
    WireReader wire = reader(bytes, step);
    CHECK(wire.number(largest) == 0);
    CHECK(wire.number(largest) == 127);
    CHECK(wire.number(largest) == 128);
    CHECK(wire.number(largest) == largest);
    CHECK(wire.byte(7) == 7);
    std::string text = "before";
    wire.text(text, 0);
    CHECK(text.empty());
    wire.text(text, long_text.size());
    CHECK(text == long_text);
    wire.text(text, 3);
    CHECK(text == "end");
    CHECK(wire.good());
  }
}

TEST_CASE("what is larger than it may be is a fault, for ever") {
  const std::string bytes = written([](WireWriter& wire) {
    wire.number(8);
    wire.number(1);
  });
  WireReader wire = reader(bytes);
  CHECK(wire.number(7) == 0);
  CHECK_FALSE(wire.good());
  CHECK(wire.number(7) == 0);
  CHECK_FALSE(wire.good());

  WireReader a_byte = reader(bytes);
  CHECK(a_byte.byte(7) == 0);
  CHECK_FALSE(a_byte.good());

  const std::string a_text = written([](WireWriter& w) { w.text("four"); });
  WireReader text = reader(a_text);
  std::string value = "before";
  text.text(value, 3);
  CHECK(value.empty());
  CHECK_FALSE(text.good());
}

TEST_CASE("a number of more than 64 bits is a fault") {
  for (const std::string& bytes : {std::string(10, '\xff') + '\x01', std::string(9, '\xff') + '\x02'}) {
    WireReader wire = reader(bytes);
    wire.number(std::numeric_limits<std::uint64_t>::max());
    CHECK_FALSE(wire.good());
  }
}

TEST_CASE("what ends too early says so at every length") {
  const std::string bytes = written([](WireWriter& wire) {
    wire.number(300);
    wire.text("text");
    wire.bytes("0123456789abcdef");
  });
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const std::string cut = bytes.substr(0, length);
    WireReader wire = reader(cut);
    std::string text;
    char fixed[16];
    wire.number(300);
    wire.text(text, 4);
    wire.bytes(fixed, sizeof fixed);
    CHECK(wire.fault() == WireReader::too_early);
  }
}

TEST_CASE("a text takes no memory before its bytes have come") {
  const std::string bytes = written([](WireWriter& wire) { wire.number(std::uint64_t{1} << 50); });
  WireReader wire = reader(bytes);
  std::string text;
  wire.text(text, std::uint64_t{1} << 60);
  CHECK_FALSE(wire.good());
  CHECK(text.capacity() < 1'000'000);
}

TEST_CASE("nothing is written behind what was not taken") {
  int calls = 0;
  WireWriter wire([&](std::string_view) { return ++calls > 1; });
  wire.text(std::string(100'000, 'x'));
  wire.number(1);
  CHECK_FALSE(wire.flush());
  CHECK(calls == 1);
}
