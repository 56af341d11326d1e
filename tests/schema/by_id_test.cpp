#include "schema/by_id.h"

#include <tuple>

#include "tests/support/catch.h"

using namespace schema;

TEST_CASE("what is kept by number is found by it, in order, and nothing else is there") {
  ById<std::int64_t> all;
  for (const std::int64_t id : {1000, 1, 17, 16, 1}) all.at(id) += id;
  std::vector<std::pair<std::int64_t, std::int64_t>> found;
  all.each([&](std::int64_t id, std::int64_t sum) {
    if (sum != 0) found.emplace_back(id, sum);
  });
  CHECK(found == std::vector<std::pair<std::int64_t, std::int64_t>>{{1, 2}, {16, 16}, {17, 17}, {1000, 1000}});
}

TEST_CASE("what is kept by two numbers is not mixed up") {
  ByIdPair<std::int64_t> all;
  for (const auto& [first, second] : {std::pair(5, 1), std::pair(1, 5), std::pair(5, 2), std::pair(5, 1)})
    all.at(first, second) += 10 * first + second;
  std::vector<std::tuple<std::int64_t, std::int64_t, std::int64_t>> found;
  all.each([&](std::int64_t first, std::int64_t second, std::int64_t sum) { found.emplace_back(first, second, sum); });
  CHECK(found ==
        std::vector<std::tuple<std::int64_t, std::int64_t, std::int64_t>>{{1, 5, 15}, {5, 1, 102}, {5, 2, 52}});
}

TEST_CASE("a set of pairs has what was added and not removed") {
  for (const std::int64_t largest : {1, 63, 64, 200}) {
    INFO(largest);
    IdPairs pairs(largest);
    CHECK_FALSE(pairs.has(7, largest));
    pairs.remove(7, largest);
    pairs.add(7, largest);
    pairs.add(7, largest);
    pairs.add(8, 1);
    pairs.add(100'000, largest);
    CHECK(pairs.has(7, largest));
    CHECK_FALSE(pairs.has(7, largest - 1));
    CHECK_FALSE(pairs.has(6, largest));
    pairs.remove(7, largest);
    CHECK_FALSE(pairs.has(7, largest));
    CHECK(pairs.has(8, 1));
    CHECK(pairs.has(100'000, largest));
  }
}

TEST_CASE("sets of pairs are merged, and what they have of one is counted") {
  IdPairs some(200), others(200);
  for (const std::int64_t second : {1, 63, 64, 200}) some.add(5, second);
  others.add(5, 64);
  others.add(5, 65);
  others.add(900, 7);
  CHECK(some.count(5) == 4);
  CHECK(some.count(6) == 0);
  CHECK(some.count(900) == 0);
  some.merge(others);
  CHECK(some.count(4) == 0);
  CHECK(some.count(5) == 5);
  CHECK(some.count(900) == 1);
  CHECK(others.count(5) == 2);
  others.merge(some);
  CHECK(others.count(5) == 5);
}
