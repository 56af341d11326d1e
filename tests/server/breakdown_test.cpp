// Breakdowns by one and by two fields, the rest, what pickers choose from, and how few sources most mail comes from.
#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "tests/support/api.h"

using nlohmann::json;
using tests::Api;

namespace {

const std::vector<std::string> counts = {"messages",       "pass_both",    "pass_one",
                                         "fail_delivered", "fail_stopped", "unknown"};

std::int64_t sum(const json& rows, const std::string& member) {
  return std::accumulate(rows.begin(), rows.end(), std::int64_t{0},
                         [&](std::int64_t sum, const json& row) { return sum + row[member].get<std::int64_t>(); });
}

void restrict_to(server::Request& request, const std::string& domain) {
  request.principal = {};
  request.principal.kind = server::Principal::Kind::token;
  request.principal.scope = server::Scope::read;
  request.principal.domains = {domain};
}

json answer_to(const Api& api, const std::string& target, const std::string& domain) {
  auto request = tests::request(target);
  restrict_to(request, domain);
  const auto response = api.respond(request);
  INFO(response.body);
  REQUIRE(response.status == 200);
  return json::parse(response.body);
}

}  // namespace

TEST_CASE("the top rows of a breakdown and the rest add up to everything") {
  Api api;
  api.add_random(3, 80);
  const auto whole = api.json("/api/v1/summary?range=all")["data"];
  for (const std::string by :
       {"ip", "reporter", "combination", "domain,policy", "header_from,disposition", "ip,dkim"}) {
    for (const std::string more : {"", "&min_messages=1"}) {
      INFO(by << more);
      const auto all = api.json("/api/v1/breakdown?range=all&limit=1000&by=" + by)["data"];
      const auto top = api.json("/api/v1/breakdown?range=all&top=2&by=" + by + more);
      REQUIRE(all.size() > 2);
      REQUIRE(top["data"].size() == 3);
      CHECK(top["page"]["next_cursor"].is_null());
      const auto& rest = top["data"].back();
      CHECK(rest["key"].is_null());
      CHECK(rest["first_seen"].is_null());
      CHECK(rest["rest"] == all.size() - 2);
      for (const auto& count : counts) CHECK(sum(top["data"], count) == whole[count].get<std::int64_t>());
      for (std::size_t i = 0; i < 2; ++i) CHECK_FALSE(top["data"][i].contains("rest"));
    }
  }
  CHECK(api.json("/api/v1/breakdown?range=all&top=1000&by=policy")["data"].size() <= 4);  // no row for no rest
  CHECK(api.get("/api/v1/breakdown?by=ip&top=3&cursor=i1.i1").status == 400);
}

TEST_CASE("groups with few messages are left out of a breakdown, page by page") {
  Api api;
  api.add_random(5, 60);
  const auto rows = api.json("/api/v1/breakdown?range=all&limit=1000&by=ip")["data"];
  REQUIRE(rows.size() > 2);
  const auto least = rows[rows.size() / 2]["messages"].get<std::int64_t>();
  std::size_t many = 0;
  for (const auto& row : rows) {
    many += row["messages"] >= least ? 1 : 0;
  }
  REQUIRE(many > 1);
  std::size_t seen = 0;
  std::string cursor;
  do {
    const auto page =
        api.json("/api/v1/breakdown?range=all&limit=1&by=ip&min_messages=" + std::to_string(least) + cursor);
    CHECK(page["meta"]["total"] == many);
    for (const auto& row : page["data"]) CHECK(row["messages"] >= least);
    seen += page["data"].size();
    const auto next = page["page"]["next_cursor"];
    cursor = next.is_null() ? "" : "&cursor=" + next.get<std::string>();
  } while (!cursor.empty());
  CHECK(seen == many);
}

TEST_CASE("a breakdown by two fields has each pair once and adds up to that by one") {
  Api api;
  api.add_random(8, 70);
  const auto pairs = api.json("/api/v1/breakdown?range=all&limit=1000&by=reporter,disposition")["data"];
  std::map<std::string, std::int64_t> by_first;
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto& row : pairs) {
    by_first[row["key"]] += row["messages"].get<std::int64_t>();
    CHECK(seen.emplace(row["key"], row["then_key"]).second);
    CHECK(row["then_label"] == row["then_key"]);
  }
  const auto by_reporter = api.json("/api/v1/breakdown?range=all&limit=1000&by=reporter")["data"];
  for (const auto& row : by_reporter) {
    CHECK(by_first[row["key"]] == row["messages"].get<std::int64_t>());
    CHECK_FALSE(row.contains("then_key"));
  }
  // Cursors, whose key is the pair.
  std::set<std::pair<std::string, std::string>> walked;
  std::string cursor;
  do {
    const auto page = api.json("/api/v1/breakdown?range=all&limit=3&by=reporter,disposition&sort=key" + cursor);
    for (const auto& row : page["data"]) CHECK(walked.emplace(row["key"], row["then_key"]).second);
    const auto next = page["page"]["next_cursor"];
    cursor = next.is_null() ? "" : "&cursor=" + tests::encoded(next.get<std::string>());
  } while (!cursor.empty());
  CHECK(walked == seen);
}

TEST_CASE("what cannot be divided is refused with a sentence") {
  Api api;
  for (const std::string by : {"", "ip,ip", "ip,domain,policy", "ipp", "ip,", "dkim_domain,dkim_selector"}) {
    INFO(by);
    const auto response = api.get("/api/v1/breakdown?by=" + by);
    CHECK(response.status == 400);
    CHECK(json::parse(response.body)["errors"][0]["parameter"] == "by");
  }
  CHECK(api.get("/api/v1/breakdown?by=ip&min_messages=-1").status == 400);
}

TEST_CASE("each value of a facet finds as many messages as it says, whatever of the field is chosen already") {
  Api api;
  api.add_random(13, 80);
  for (const std::string field :
       {"domain", "reporter", "ip", "class", "disposition", "dkim", "spf", "policy", "header_from", "dkim_domain",
        "dkim_selector", "spf_domain", "override", "combination", "envelope_from", "envelope_to"}) {
    const auto facets = api.json("/api/v1/facets?range=all&limit=500&field=" + field);
    REQUIRE_FALSE(facets["data"].empty());
    CHECK(facets["meta"]["more"] == false);
    for (const auto& value : facets["data"]) {
      INFO(field << " " << value);
      const auto filter = field + "=" + tests::encoded(value["value"].get<std::string>());
      CHECK(api.json("/api/v1/summary?range=all&" + filter)["data"]["messages"] == value["messages"]);
      CHECK(api.json("/api/v1/facets?range=all&limit=500&field=" + field + "&" + filter)["data"] == facets["data"]);
    }
  }
}

TEST_CASE("facets follow the other filters, are searched, and say when there are more") {
  Api api;
  api.add_random(17, 80);
  const auto all = api.json("/api/v1/facets?range=all&field=ip")["data"];
  REQUIRE(all.size() > 2);
  const auto one = api.json("/api/v1/facets?range=all&field=ip&limit=1");
  CHECK(one["data"].size() == 1);
  CHECK(one["data"][0] == all[0]);
  CHECK(one["meta"]["more"] == true);
  const std::string wanted = all[1]["value"];
  const auto found = api.json("/api/v1/facets?range=all&field=ip&q=" + tests::encoded(wanted));
  CHECK(std::any_of(found["data"].begin(), found["data"].end(),
                    [&](const json& value) { return value["value"] == wanted; }));
  for (const auto& value : found["data"]) CHECK(value["value"].get<std::string>().find(wanted) != std::string::npos);
  CHECK(api.json("/api/v1/facets?range=all&field=domain&q=nothing-like-it")["data"].empty());
  const auto failing = api.json("/api/v1/facets?range=all&field=domain&class=fail_delivered")["data"];
  CHECK(sum(failing, "messages") ==
        api.json("/api/v1/summary?range=all&class=fail_delivered")["data"]["messages"].get<std::int64_t>());
  CHECK(api.get("/api/v1/facets").status == 400);
  CHECK(api.get("/api/v1/facets?field=domains").status == 400);
}

TEST_CASE("facets and concentration stay within the domains that somebody may see") {
  Api api;
  api.add(tests::make_report("1", "example.com"));
  api.add(tests::make_report("2", "example.org"));
  const auto facets = answer_to(api, "/api/v1/facets?range=all&field=domain", "example.org");
  REQUIRE(facets["data"].size() == 1);
  CHECK(facets["data"][0]["value"] == "example.org");
  // Also where the field itself is filtered by what they may not see.
  CHECK(answer_to(api, "/api/v1/facets?range=all&field=domain&domain=example.com", "example.org")["data"].size() == 1);
  CHECK(answer_to(api, "/api/v1/concentration?range=all", "example.org")["data"]["messages"] == 12);
  CHECK(answer_to(api, "/api/v1/breakdown?range=all&by=domain,policy&top=1", "example.org")["data"].size() == 1);
}

TEST_CASE("concentration adds up the largest sources and networks, and tells what is no address") {
  Api api;
  auto report = tests::make_report();
  report.records.clear();
  const auto add = [&](const std::string& ip, std::int64_t messages) {
    report.records.push_back(tests::make_record(ip, messages, schema::DmarcResult::pass, schema::DmarcResult::pass));
  };
  for (int i = 0; i < 12; ++i) add("192.0.2." + std::to_string(i), 10 + i);  // one network, 186 messages
  add("198.51.100.7", 100);
  add("2001:db8::1", 40);
  add("2001:db8:0:ffff::1", 50);  // the same /48
  add("2001:db8:1::1", 5);
  add("192.0.2.99", 3);
  report.records.back().source_ip.reset();
  api.add(report);
  const auto data = api.json("/api/v1/concentration?range=all")["data"];
  CHECK(data["messages"] == 384);
  CHECK(data["unnamed"] == 3);
  CHECK(data["sources"] == 16);
  CHECK(data["networks"] == 4);
  CHECK(data["top_sources"][0] == json({{"count", 1}, {"messages", 100}}));
  CHECK(data["top_sources"][1] ==
        json({{"count", 10}, {"messages", 100 + 50 + 40 + 21 + 20 + 19 + 18 + 17 + 16 + 15}}));
  CHECK(data["top_sources"][2] == json({{"count", 100}, {"messages", 381}}));
  CHECK(data["top_networks"][0] == json({{"count", 1}, {"messages", 186}}));
  CHECK(data["top_networks"][1] == json({{"count", 10}, {"messages", 381}}));
}
