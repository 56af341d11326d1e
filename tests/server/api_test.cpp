#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include <set>

#include "tests/support/api.h"

using tests::Api;

TEST_CASE("an empty database answers every page with zeros") {
  Api api;
  const auto summary = api.json("/api/v1/summary?range=all");
  CHECK(summary["data"]["messages"] == 0);
  CHECK(summary["data"]["disposition"]["reject"] == 0);
  CHECK(summary["meta"]["from"].is_null());
  CHECK(summary["meta"]["as_of"].is_null());
  CHECK(api.json("/api/v1/timeseries")["data"].empty());
  for (const auto* list : {"domains", "reporters", "sources", "policies", "reports", "records", "breakdown?by=ip",
                           "ingest/messages", "ingest/failures", "ingest/runs"}) {
    const auto answer = api.json(std::string("/api/v1/") + list);
    CHECK(answer["data"].empty());
    CHECK(answer["meta"]["total"] == 0);
    CHECK(answer["page"]["next_cursor"].is_null());
  }
  CHECK(api.json("/api/v1/status")["data"]["reports"] == 0);
}

TEST_CASE("a report is found on every page") {
  Api api;
  api.add(tests::make_report());
  const auto summary = api.json("/api/v1/summary")["data"];
  CHECK(summary["messages"] == 12);
  CHECK(summary["pass_both"] == 10);
  CHECK(summary["fail_delivered"] == 2);
  CHECK(summary["records"] == 2);
  CHECK(summary["sources"] == 2);
  CHECK(summary["dkim"]["pass"] == 10);
  CHECK(api.json("/api/v1/domains")["data"][0]["domain"] == "example.com");
  CHECK(api.json("/api/v1/domains")["data"][0]["strip"].size() == 14);
  CHECK(api.json("/api/v1/domains/example.com")["data"]["messages"] == 12);
  CHECK(api.json("/api/v1/reporters")["data"][0]["emails"][0] == "dmarc@receiver.example");
  CHECK(api.json("/api/v1/sources/192.0.2.1")["data"]["messages"] == 10);
  CHECK(api.json("/api/v1/sources/192.0.2.1")["data"]["days"].size() == 90);
  CHECK(api.json("/api/v1/policies")["published"][0]["p"] == "reject");
  const auto reports = api.json("/api/v1/reports")["data"];
  REQUIRE(reports.size() == 1);
  const auto id = reports[0]["id"].get<int>();
  const auto detail = api.json("/api/v1/reports/" + std::to_string(id))["data"];
  CHECK(detail["rows"].size() == 2);
  CHECK(detail["rows"][0]["ip"] == "192.0.2.1");
  CHECK(api.json("/api/v1/records")["data"][1]["ip"] == "2001:db8::1");
}
