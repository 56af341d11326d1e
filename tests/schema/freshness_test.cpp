#include "schema/freshness.h"

#include "tests/support/add_report.h"

using schema::freshness;
using tests::add_report;
using tests::report_of;
using tests::Store;

namespace {

// The day of make_report().
constexpr std::int64_t zero = 1'790'000'000 / 86400;

schema::Freshness of(Store& store) {
  return freshness(store.database()).value();
}

}  // namespace

TEST_CASE("an empty database reaches nowhere") {
  Store store;
  const auto fresh = of(store);
  CHECK_FALSE(fresh.first_day);
  CHECK_FALSE(fresh.as_of);
  CHECK_FALSE(fresh.complete_through);
  CHECK(fresh.usual_reporters == 0);
}

TEST_CASE("a day is complete when each usual reporter has told of it or of a later one") {
  Store store;
  for (int day = 0; day < 10; ++day) {
    add_report(store, report_of(day, "Daily"));
    // Left out now and then: who skips a day and goes on has nothing to tell of it.
    if (day < 8 && day != 3) add_report(store, report_of(day, "Behind"));
  }
  const auto fresh = of(store);
  CHECK(fresh.first_day == zero);
  CHECK(fresh.as_of == zero + 9);
  CHECK(fresh.usual_reporters == 2);
  CHECK(fresh.complete_through == zero + 7);
}

TEST_CASE("a reporter of half of the days is not usual, and of one more it is") {
  for (const int days : {5, 6}) {
    Store store;
    for (int day = 0; day < 10; ++day) {
      add_report(store, report_of(day, "Daily"));
      if (day < days) add_report(store, report_of(day + 9 - days, "Some"));
    }
    CHECK(of(store).usual_reporters == (days == 5 ? 1 : 2));
  }
}

TEST_CASE("a reporter that has been silent for too long holds up no day") {
  for (const int last : {6, 5}) {
    Store store;
    for (int day = 0; day < 10; ++day) {
      add_report(store, report_of(day, "Daily"));
      if (day <= last) add_report(store, report_of(day, "Leaving"));
    }
    const auto fresh = of(store);
    CHECK(fresh.usual_reporters == (last == 6 ? 2 : 1));
    CHECK(fresh.complete_through == zero + (last == 6 ? 6 : 9));
  }
}

TEST_CASE("what was usual more than fourteen days ago does not count") {
  Store store;
  for (int day = 0; day < 30; ++day) add_report(store, report_of(day, day < 16 ? "Before" : "After"));
  const auto fresh = of(store);
  CHECK(fresh.usual_reporters == 1);
  CHECK(fresh.complete_through == fresh.as_of);
}

TEST_CASE("every stored report is a new generation") {
  Store store;
  const auto before = schema::generation(store.database()).value();
  add_report(store, report_of(0));
  CHECK(schema::generation(store.database()).value() > before);
}
