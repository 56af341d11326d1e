#include "server/api/answer_cache.h"

#include <chrono>
#include <thread>

#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include "tests/support/api.h"

using namespace std::chrono_literals;
using server::AnswerCache;

namespace {

server::Response response(std::string body) {
  server::Response response;
  response.headers = {{"ETag", "W/\"1\""}};
  response.body = std::move(body);
  return response;
}

constexpr auto nobody = [] { return false; };
constexpr auto somebody = [] { return true; };

AnswerCache::Clock::time_point ago(std::chrono::milliseconds time) {
  return AnswerCache::Clock::now() - time;
}

}  // namespace

TEST_CASE("an answer is known until there is newer data") {
  AnswerCache cache(1 << 20);
  CHECK_FALSE(cache.find(1, "a", nobody));
  cache.keep(1, "a", response("1"), ago(10s));
  REQUIRE(cache.find(1, "a", nobody));
  CHECK(cache.find(1, "a", nobody)->body == "1");
  CHECK(cache.find(1, "a", nobody)->headers.front().second == "W/\"1\"");
  CHECK_FALSE(cache.find(1, "b", nobody));
  CHECK_FALSE(cache.find(2, "a", nobody));
  cache.keep(2, "a", response("2"), ago(10s));
  CHECK_FALSE(cache.find(1, "a", nobody));
  // Whoever was slow does not bring the old data back.
  cache.keep(1, "a", response("1"), ago(10s));
  CHECK_FALSE(cache.find(1, "a", nobody));
  REQUIRE(cache.find(2, "a", nobody));
  CHECK(cache.find(2, "a", nobody)->body == "2");
}

TEST_CASE("while somebody stores reports, what took long is given a moment longer") {
  AnswerCache cache(1 << 20);
  cache.keep(1, "took long", response("1"), ago(10s));
  cache.keep(1, "took no time", response("1"), AnswerCache::Clock::now());
  CHECK(cache.find(1, "took no time", nobody));
  CHECK_FALSE(cache.find(2, "took long", nobody));
  CHECK(cache.find(2, "took long", somebody));
  std::this_thread::sleep_for(1ms);
  CHECK_FALSE(cache.find(2, "took no time", somebody));
  // Newer data is never given to those who see older.
  CHECK_FALSE(cache.find(0, "took long", somebody));

  SECTION("until it is known of newer data") {
    cache.keep(2, "took long", response("2"), ago(10s));
    CHECK(cache.find(3, "took long", somebody)->body == "2");
  }
  SECTION("but not after somebody who asks here changed something") {
    cache.changed();
    CHECK_FALSE(cache.find(2, "took long", somebody));
    CHECK(cache.find(1, "took long", somebody));
    // It was begun before.
    cache.keep(2, "took long", response("2"), ago(10s));
    CHECK_FALSE(cache.find(3, "took long", somebody));
  }
}

TEST_CASE("what took very long is not given for much longer about older data") {
  AnswerCache cache(1 << 20, 1s);
  cache.keep(1, "a", response("1"), ago(std::chrono::hours(1)));
  CHECK(cache.find(2, "a", somebody));
  std::this_thread::sleep_for(1001ms);
  CHECK_FALSE(cache.find(2, "a", somebody));
}

TEST_CASE("what is asked least goes first, and nothing large stays") {
  const auto now = AnswerCache::Clock::now();
  AnswerCache cache(64 * 1024);
  for (int i = 0; i < 200; ++i) {
    cache.keep(1, std::to_string(i), response(std::string(1000, 'x')), now);
    CHECK(cache.find(1, "0", nobody));
  }
  CHECK(cache.find(1, "199", nobody));
  CHECK_FALSE(cache.find(1, "1", nobody));
  cache.keep(1, "large", response(std::string(8 * 1024, 'x')), now);
  CHECK_FALSE(cache.find(1, "large", nobody));
  auto failed = response("no");
  failed.status = 503;
  cache.keep(1, "failed", failed, now);
  CHECK_FALSE(cache.find(1, "failed", nobody));
}

TEST_CASE("the same question is worked out once for each generation, and for each who asks") {
  tests::Api api;
  AnswerCache answers(1 << 20);
  api.context.answers = &answers;
  api.add(tests::make_report());
  const auto first = api.get("/api/v1/sources?limit=1&domain=example.com");
  const auto again = api.get("/api/v1/sources?domain=example.com&limit=1");
  CHECK(first.body == again.body);
  CHECK(tests::header(first, "Link").empty() == false);
  CHECK(tests::header(first, "Link") == tests::header(again, "Link"));
  CHECK(tests::header(first, "ETag") == tests::header(again, "ETag"));
  auto restricted = tests::request("/api/v1/sources?limit=1&domain=example.com");
  restricted.principal.domains = {"example.org"};
  CHECK(api.respond(restricted).body != first.body);
  // The writer of this test is there all the time, as that of an import: what is known is given a moment longer, until
  // somebody changes something by a request.
  api.add(tests::make_report("2"));
  CHECK(api.json("/api/v1/summary")["data"]["messages"] == 24);
  CHECK(api.respond(tests::request("/api/v1/session", "DELETE")).status < 500);
  CHECK(api.get("/api/v1/sources?limit=1&domain=example.com").body != first.body);
}

TEST_CASE("nobody stores reports once the writer is gone") {
  tests::Api api;
  CHECK(api.context.readers->being_written());
  api.store.close();
  CHECK_FALSE(api.context.readers->being_written());
}
