#include "server/api/heavy_gate.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include "tests/support/api.h"

using namespace std::chrono_literals;
using server::HeavyGate;

TEST_CASE("as many expensive questions run as there are places, and a place is free again at its end") {
  HeavyGate gate({2, 0, 1h});
  auto one = gate.enter(), two = gate.enter();
  REQUIRE((one && two));
  CHECK_FALSE(gate.enter());
  const auto copy = one;
  one = nullptr;
  CHECK_FALSE(gate.enter());
  two = nullptr;
  CHECK(gate.enter());
  CHECK(gate.enter());
}

TEST_CASE("who waits for a place gets the next one, and gives up in time when there is none") {
  HeavyGate gate({1, 1, 1h});
  auto taken = gate.enter();
  std::atomic<bool> got = false;
  std::thread waiting([&] { got = gate.enter() != nullptr; });
  taken = nullptr;
  waiting.join();
  CHECK(got);

  HeavyGate impatient({1, 1, 1ms});
  const auto kept = impatient.enter();
  CHECK_FALSE(impatient.enter());
}

TEST_CASE("expensive questions wait for their turn, all others do not") {
  tests::Api api;
  api.add_random(4, 20);
  HeavyGate gate({1, 0, 0ms});
  api.context.heavy = &gate;
  const std::vector<std::string> expensive = {
      "/api/v1/summary?range=30d&dkim_domain=d1",
      "/api/v1/breakdown?by=envelope_from&range=90d",
      "/api/v1/facets?field=dkim_domain&from=2026-01-01&to=2026-12-31",
      "/api/v1/reports?q=nothing",
      "/api/v1/records?range=30d&dkim_selector=s1",
      "/api/v1/sources?range=12m&ip=!192.0.2.1",
      "/api/v1/concentration?range=12m&ip=!192.0.2.1",
      "/api/v1/records?range=7d&format=ndjson",
      "/api/v1/domains?format=csv",
  };
  const std::vector<std::string> light = {
      "/api/v1/summary?range=12m",
      "/api/v1/sources?range=12m",
      "/api/v1/sources?range=12m&domain=domain1.example",
      "/api/v1/sources?range=12m&ip=192.0.2.1",
      "/api/v1/breakdown?by=envelope_from&range=7d",
      "/api/v1/records?range=12m",
      "/api/v1/records?range=12m&ip=192.0.2.1&dkim_selector=s1",
      "/api/v1/reports?range=12m",
      "/api/v1/status",
  };
  auto place = gate.enter();
  for (const auto& target : expensive) {
    INFO(target);
    const auto response = api.get(target);
    CHECK(response.status == 503);
    CHECK(response.body.find("\"busy\"") != std::string::npos);
    CHECK(tests::header(response, "Retry-After") == "5");
  }
  for (const auto& target : light) {
    INFO(target);
    CHECK(api.get(target).status == 200);
  }
  place = nullptr;
  for (const auto& target : expensive) {
    INFO(target);
    CHECK(api.get(target).status == 200);
  }
  {
    const auto stream = api.get(expensive[7]);
    REQUIRE(stream.status == 200);
    CHECK(api.get(expensive[0]).status == 503);
  }
  CHECK(api.get(expensive[0]).status == 200);
}
