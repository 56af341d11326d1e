#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include "tests/support/api.h"

using tests::Api;

// What it says is held to the server by tests/end_to_end/openapi_test.py.

TEST_CASE("the description of the API says below which path it stands") {
  Api api;
  const auto url = [&] {
    const auto document = api.json("/api/v1/openapi.json");
    return document["servers"][0]["url"].get<std::string>();
  };
  CHECK(url() == "/");
  api.context.base_path = "/dmarc";
  CHECK(url() == "/dmarc");
}

TEST_CASE("the description of the API is fetched once") {
  Api api;
  const auto first = api.get("/api/v1/openapi.json");
  auto again = tests::request("/api/v1/openapi.json");
  again.headers["if-none-match"] = tests::header(first, "ETag");
  const auto second = api.respond(again);
  CHECK(second.status == 304);
  CHECK(second.body.empty());
}
