#include "server/api/answer_cache.h"

#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include "tests/support/api.h"

using server::AnswerCache;

namespace {

server::Response response(std::string body) {
  server::Response response;
  response.headers = {{"ETag", "W/\"1\""}};
  response.body = std::move(body);
  return response;
}

}  // namespace

TEST_CASE("an answer is known until there is newer data") {
  AnswerCache cache(1 << 20);
  CHECK_FALSE(cache.find(1, "a"));
  cache.keep(1, "a", response("1"));
  REQUIRE(cache.find(1, "a"));
  CHECK(cache.find(1, "a")->body == "1");
  CHECK(cache.find(1, "a")->headers.front().second == "W/\"1\"");
  CHECK_FALSE(cache.find(1, "b"));
  CHECK_FALSE(cache.find(2, "a"));
  cache.keep(2, "b", response("2"));
  CHECK_FALSE(cache.find(1, "a"));
  // Whoever was slow does not bring the old data back.
  cache.keep(1, "a", response("1"));
  CHECK_FALSE(cache.find(1, "a"));
  CHECK(cache.find(2, "b"));
}

TEST_CASE("what is asked least goes first, and nothing large stays") {
  AnswerCache cache(64 * 1024);
  for (int i = 0; i < 200; ++i) {
    cache.keep(1, std::to_string(i), response(std::string(1000, 'x')));
    CHECK(cache.find(1, "0"));
  }
  CHECK(cache.find(1, "199"));
  CHECK_FALSE(cache.find(1, "1"));
  cache.keep(1, "large", response(std::string(8 * 1024, 'x')));
  CHECK_FALSE(cache.find(1, "large"));
  auto failed = response("no");
  failed.status = 503;
  cache.keep(1, "failed", failed);
  CHECK_FALSE(cache.find(1, "failed"));
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
  api.add(tests::make_report("2"));
  CHECK(api.json("/api/v1/summary")["data"]["messages"] == 24);
  CHECK(api.get("/api/v1/sources?limit=1&domain=example.com").body != first.body);
}
