#include "schema/clock.h"

#include "tests/support/catch.h"
#include "tests/support/store.h"

using schema::ClockState;

namespace {

constexpr std::int64_t noon = 1'795'200'000;

ClockState state(tests::Store& store, std::int64_t now) {
  return schema::look_at_clock(store.database(), now).value().state;
}

}  // namespace

TEST_CASE("a clock that nobody has looked at is steady, whatever it tells") {
  tests::Store store;
  for (const std::int64_t now : {std::int64_t{0}, noon, 10 * noon}) {
    const auto clock = schema::look_at_clock(store.database(), now).value();
    CHECK(clock.state == ClockState::steady);
    CHECK_FALSE(clock.seen_at);
  }
}

TEST_CASE("a clock that goes on is steady, one that goes back or jumps by more than a week is not") {
  tests::Store store;
  REQUIRE(schema::confirm_clock(store.path(), noon));
  CHECK(schema::look_at_clock(store.database(), noon)->seen_at == noon);
  CHECK(state(store, noon - 1) == ClockState::behind);
  CHECK(state(store, noon) == ClockState::steady);
  CHECK(state(store, noon + 1) == ClockState::steady);
  CHECK(state(store, noon + schema::clock_jump_seconds) == ClockState::steady);
  CHECK(state(store, noon + schema::clock_jump_seconds + 1) == ClockState::ahead);
  // To look changes nothing.
  CHECK(schema::look_at_clock(store.database(), noon)->seen_at == noon);
}

TEST_CASE("what a person confirms is the time from then on") {
  tests::Store store;
  REQUIRE(schema::confirm_clock(store.path(), noon));
  const auto later = noon + 10 * schema::clock_jump_seconds;
  REQUIRE(schema::confirm_clock(store.path(), later));
  CHECK(state(store, later) == ClockState::steady);
  CHECK(state(store, noon) == ClockState::behind);
  REQUIRE(schema::confirm_clock(store.path(), noon));
  CHECK(state(store, later) == ClockState::ahead);
  CHECK(store.number("SELECT count(*) FROM clock") == 1);
}

TEST_CASE("without a database there is no time to confirm") {
  const tests::TemporaryDirectory directory;
  CHECK(schema::confirm_clock(directory / "none.db", noon).error().code == "cannot_open");
  auto empty = schema::Database::open_writer(directory / "empty.db");
  REQUIRE(empty);
  CHECK(schema::look_at_clock(*empty, noon).error().code == "sql");
  CHECK(schema::confirm_clock(directory / "empty.db", noon).error().code == "sql");
}

TEST_CASE("each state of the clock has a name") {
  CHECK(schema::name(ClockState::steady) == "steady");
  CHECK(schema::name(ClockState::behind) == "behind");
  CHECK(schema::name(ClockState::ahead) == "ahead");
}
