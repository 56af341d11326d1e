// What pages ask is answered by sums: no question looks at the records unless it asks for what only they know.
#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include "schema/day.h"
#include "schema/packed_weeks.h"
#include "tests/support/api.h"

TEST_CASE("no question of a page looks at the records") {
  tests::Api api;
  api.add_random(11, 80);
  std::vector<std::string> questions = {"summary",
                                        "domains",
                                        "domains?class=fail_delivered",
                                        "reporters",
                                        "reporters?policy=none",
                                        "sources",
                                        "sources?sort=ip",
                                        "sources?class=pass_both",
                                        "policies",
                                        "policies?policy=none",
                                        "reports",
                                        "reports?sort=-messages",
                                        "concentration"};
  for (const auto* by :
       {"ip", "domain", "reporter", "policy", "header_from", "disposition", "class", "dkim", "spf", "combination"}) {
    questions.push_back(std::string("breakdown?by=") + by);
    questions.push_back(std::string("facets?field=") + by);
  }
  for (const auto* by : {"class", "disposition", "reporter", "combination", "policy", "domain"}) {
    questions.push_back(std::string("timeseries?interval=day&by=") + by);
  }
  std::vector<std::string> answers;
  const auto asked = [](const std::string& question, const char* more) {
    return "/api/v1/" + question + (question.find('?') == std::string::npos ? "?" : "&") + more;
  };
  const auto each = [&](const auto& look) {
    for (const auto& question : questions) {
      for (const auto* more : {"range=all", "range=all&domain=domain1.example", "range=7d&reporter=Org1"}) {
        // Who sent what from where is known by day and domain, not by reporter.
        const bool by_address = question.find("sources") == 0 || question.find("=ip") != std::string::npos ||
                                question == "concentration" || question == "summary";
        if (by_address && std::string_view(more).find("reporter") != std::string_view::npos) continue;
        look(asked(question, more));
      }
    }
  };
  each([&](const std::string& target) {
    INFO(target);
    const auto response = api.get(target);
    INFO(response.body);
    REQUIRE(response.status == 200);
    answers.push_back(response.body);
  });
  REQUIRE(api.store.database().execute_script("ALTER TABLE report_records RENAME TO hidden"));
  CHECK(api.get("/api/v1/records").status == 500);
  std::size_t n = 0;
  each([&](const std::string& target) {
    INFO(target);
    const auto response = api.get(target);
    CHECK(response.status == 200);
    CHECK(response.body == answers.at(n++));
  });
}

TEST_CASE("no question about all sources looks at the days of packed weeks") {
  tests::Api api;
  const std::int64_t monday = 20'703;
  std::mt19937 random(12);
  for (int i = 0; i < 90; ++i) {
    auto report = tests::random_report(random);
    report.metadata.report_id = std::to_string(i);
    report.metadata.begin = (monday + i % 45) * 86400;
    report.metadata.end = report.metadata.begin + 86399;
    api.add(report);
  }
  const auto asked = [&](const std::string& question, std::int64_t first, std::int64_t last) {
    return "/api/v1/" + question + "from=" + schema::day_text(monday + first) +
           "&to=" + schema::day_text(monday + last);
  };
  std::vector<std::string> targets;
  for (const auto* question : {"summary?", "concentration?", "breakdown?by=ip&", "breakdown?by=ip&top=3&",
                               "facets?field=ip&", "facets?field=ip&q=192&", "concentration?class=pass_both&",
                               "sources?", "sources?sort=-domains&", "sources?sort=ip&limit=3&",
                               "timeseries?interval=day&ip=192.0.2.0/24&", "breakdown?by=domain&ip=192.0.2.0/24&"}) {
    targets.push_back(asked(question, 0, 34));
    targets.push_back(asked(question, 7, 13));
    targets.push_back(asked(question, 10, 38));
  }
  std::vector<std::string> expected;
  for (const auto& target : targets) {
    auto answer = api.json(target);
    answer["meta"].erase("generation");  // packing commits
    expected.push_back(answer.dump());
  }
  while (schema::pack_week(api.store.writer()).value()) continue;
  REQUIRE(api.store.database().execute_script("ALTER TABLE daily_source RENAME TO hidden"));
  CHECK(api.get(asked("concentration?", 0, 42)).status == 500);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    INFO(targets[i]);
    auto answer = api.json(targets[i]);
    answer["meta"].erase("generation");
    CHECK(answer.dump() == expected[i]);
  }
}
