#include "server/metrics.h"

#include <cmath>
#include <set>

#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include "server/api/monitor.h"
#include "tests/support/api.h"
#include "tests/support/exposition.h"

using server::Metrics;
using server::MetricsText;

TEST_CASE("what is counted is written in the format of Prometheus, whatever stands in a label", "[metrics]") {
  Metrics metrics;
  metrics.threads_busy = [] { return std::size_t{3}; };
  metrics.request("/api/v1/reports/{id}", "GET", 200, 0.02);
  metrics.request("/api/v1/reports/{id}", "GET", 200, 20);
  metrics.request("unknown", "BREW", 404, 0);
  metrics.refused(414);
  metrics.ingested("a \"b\"\\\nc", "stored");
  metrics.ingested("a \"b\"\\\nc", "stored");
  metrics.stage("read", 0.0005);
  MetricsText text;
  metrics.write(text);
  const auto all = tests::read_exposition(text.take());
  CHECK(all.at(R"(ruadar_http_requests_total{route="/api/v1/reports/{id}",method="GET",code="200"})") == 2);
  CHECK(all.at(R"(ruadar_http_requests_total{route="unknown",method="other",code="404"})") == 1);
  CHECK(all.at(R"(ruadar_http_requests_total{route="refused",method="other",code="414"})") == 1);
  const std::string times = "ruadar_http_request_duration_seconds";
  CHECK(all.at(times + R"(_bucket{route="/api/v1/reports/{id}",le="0.01"})") == 0);
  CHECK(all.at(times + R"(_bucket{route="/api/v1/reports/{id}",le="0.025"})") == 1);
  CHECK(all.at(times + R"(_bucket{route="/api/v1/reports/{id}",le="10"})") == 1);
  CHECK(all.at(times + R"(_bucket{route="/api/v1/reports/{id}",le="+Inf"})") == 2);
  CHECK(std::abs(all.at(times + R"(_sum{route="/api/v1/reports/{id}"})") - 20.02) < 1e-9);
  CHECK(all.at("ruadar_ingest_mails_total{mailbox=\"a \\\"b\\\"\\\\\\nc\",outcome=\"stored\"}") == 2);
  // A bound belongs to its bucket.
  CHECK(all.at(R"(ruadar_ingest_duration_seconds_bucket{stage="read",le="0.0005"})") == 1);
  CHECK(all.at("ruadar_http_threads_busy") == 3);
}

TEST_CASE("the database's figures are those of the API", "[metrics]") {
  tests::Api api;
  api.add_random(7, 60);
  Metrics metrics;
  server::Monitor monitor(metrics, api.store.path(), 1000);
  CHECK(api.get("/metrics").status == 404);  // nobody is there who could answer
  api.context.monitor = &monitor;
  server::MailboxReport mailbox;
  mailbox.name = "main";
  mailbox.state = "waiting";
  mailbox.checked_at = 1000;
  mailbox.lag = 4;
  api.context.mailboxes = [mailbox] { return std::vector{mailbox}; };

  const auto all = tests::read_exposition(api.get("/metrics").body);
  std::set<std::string> written, known;
  for (const auto& [family, type] : all.types) written.insert(family + " " + type);
  for (const auto& family : server::metric_families())
    known.insert(std::string(family.name) + " " + std::string(family.type));
  CHECK(written == known);

  const auto breakdown = api.json("/api/v1/breakdown?by=domain&range=all&limit=1000");
  REQUIRE_FALSE(breakdown["data"].empty());
  for (const auto& row : breakdown["data"]) {
    const auto domain = row["key"].get<std::string>();
    for (const char* name : {"pass_both", "pass_one", "fail_delivered", "fail_stopped", "unknown"})
      CHECK(all.at("ruadar_messages_total{domain=\"" + domain + "\",class=\"" + name + "\"}") ==
            row[name].get<double>());
  }
  double reports = 0;
  for (const auto& [sample, value] : all.samples)
    if (sample.rfind("ruadar_reports_total", 0) == 0 && sample.find("\"stored\"") != std::string::npos)
      reports += value;
  CHECK(reports == api.json("/api/v1/summary?range=all")["data"]["reports"].get<double>());
  CHECK(all.at("ruadar_ingest_lag_mails{mailbox=\"main\"}") == 4);
  CHECK(all.at("ruadar_ingest_last_success_timestamp_seconds{mailbox=\"main\"}") == 1000);
  CHECK(all.at("ruadar_ingest_lag_seconds{mailbox=\"main\"}") > 1'000'000);
  CHECK(all.at("ruadar_imap_connected{mailbox=\"main\"}") == 0);
  CHECK(all.at("ruadar_db_up") == 1);
  CHECK(all.at("ruadar_db_size_bytes") > 10'000);
}

TEST_CASE("domains beyond the bound are one", "[metrics]") {
  tests::Api api;
  api.add_random(7, 60);
  const auto sum_of = [&](std::size_t bound, std::set<std::string>& domains) {
    Metrics metrics;
    server::Monitor monitor(metrics, api.store.path(), bound);
    api.context.monitor = &monitor;
    double sum = 0;
    for (const auto& [sample, value] : tests::read_exposition(api.get("/metrics").body).samples) {
      if (sample.rfind("ruadar_messages_total", 0) != 0) continue;
      sum += value;
      domains.insert(sample.substr(0, sample.find("\",")));
    }
    return sum;
  };
  std::set<std::string> all, bounded, none;
  const double whole = sum_of(1000, all);
  REQUIRE(all.size() >= 3);
  CHECK(sum_of(1, bounded) == whole);
  CHECK(bounded.size() == 2);
  CHECK(bounded.count("ruadar_messages_total{domain=\"other") == 1);
  CHECK(sum_of(0, none) == whole);
  CHECK(none.size() == 1);
  CHECK(sum_of(all.size(), none) == whole);
}

TEST_CASE("a database that cannot be read is said to be down, and the rest goes on", "[metrics]") {
  tests::Api api;
  schema::Readers nowhere("/nowhere/at/all.db", 1);
  api.context.readers = &nowhere;
  Metrics metrics;
  server::Monitor monitor(metrics, "/nowhere/at/all.db", 10);
  api.context.monitor = &monitor;
  const auto all = tests::read_exposition(api.get("/metrics").body);
  CHECK(all.at("ruadar_db_up") == 0);
  CHECK(all.types.count("ruadar_http_requests_total") == 1);
}

TEST_CASE("a mailbox that cannot be read makes us not ready only where the settings say so", "[metrics]") {
  tests::Api api;
  api.context.mailboxes = [] {
    server::MailboxReport mailbox;
    mailbox.state = "refused";
    return std::vector{mailbox};
  };
  CHECK(api.get("/readyz").status == 200);
  api.context.ready_requires_mailbox = true;
  CHECK(api.get("/readyz").status == 503);
}
