// The formats and the paging of lists, over HTTP's shapes.
#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include <set>

#include "tests/support/api.h"

using tests::Api;

namespace {

const std::vector<std::string> lists = {"domains",         "reporters",
                                        "sources",         "policies",
                                        "reports",         "records",
                                        "ingest/messages", "ingest/failures?state=all",
                                        "ingest/runs",     "timeseries?interval=week&by=reporter",
                                        "breakdown?by=ip", "breakdown?by=combination"};

std::string target(const std::string& list, const std::string& more) {
  return "/api/v1/" + list + (list.find('?') == std::string::npos ? "?" : "&") + more;
}

// A strict reader of RFC 4180; rows of cells.
std::vector<std::vector<std::string>> parse_csv(std::string_view text) {
  std::vector<std::vector<std::string>> rows;
  while (!text.empty()) {
    rows.emplace_back();
    for (;;) {
      std::string cell;
      if (!text.empty() && text.front() == '"') {
        text.remove_prefix(1);
        for (;;) {
          const auto quote = text.find('"');
          REQUIRE(quote != std::string_view::npos);
          cell += text.substr(0, quote);
          text.remove_prefix(quote + 1);
          if (text.substr(0, 1) != "\"") break;
          cell += '"';
          text.remove_prefix(1);
        }
      } else {
        const auto end = text.find_first_of(",\r\n\"");
        REQUIRE(end != std::string_view::npos);
        cell = text.substr(0, end);
        text.remove_prefix(end);
      }
      rows.back().push_back(cell);
      if (text.substr(0, 1) == ",") {
        text.remove_prefix(1);
        continue;
      }
      REQUIRE(text.substr(0, 2) == "\r\n");
      text.remove_prefix(2);
      break;
    }
  }
  return rows;
}

std::vector<nlohmann::json> parse_lines(std::string_view text) {
  std::vector<nlohmann::json> rows;
  while (!text.empty()) {
    const auto end = text.find('\n');
    REQUIRE(end != std::string_view::npos);
    rows.push_back(nlohmann::json::parse(text.substr(0, end)));
    text.remove_prefix(end + 1);
  }
  return rows;
}

}  // namespace

TEST_CASE("every list says the same as JSON, NDJSON and CSV") {
  Api api;
  api.add_random(5, 40);
  for (const auto& list : lists) {
    INFO(list);
    const std::string limit = list.find("timeseries") == 0 ? "range=all"
                              : list.find("ingest") == 0   ? "limit=1000"
                                                           : "range=all&limit=1000";
    const auto stream = list.find("ingest") == 0 ? std::string() : std::string("&range=all");
    const auto rows = api.json(target(list, limit))["data"];
    const auto lines = parse_lines(api.streamed(target(list, "format=ndjson" + stream)));
    REQUIRE(lines.size() == rows.size());
    for (std::size_t i = 0; i < lines.size(); ++i) CHECK(lines[i] == rows[i]);

    const auto csv = parse_csv(api.streamed(target(list, "format=csv" + stream)));
    REQUIRE(csv.size() == rows.size() + 1);
    for (std::size_t i = 1; i < csv.size(); ++i) {
      REQUIRE(csv[i].size() == csv[0].size());
      for (std::size_t column = 0; column < csv[0].size(); ++column) {
        const auto& row = rows[i - 1];
        const auto& name = csv[0][column];
        if (!row.contains(name) || row[name].is_null()) {
          CHECK(csv[i][column].empty());
        } else if (row[name].is_number() || row[name].is_boolean()) {
          CHECK(csv[i][column] == row[name].dump());
        } else if (row[name].is_string()) {
          const auto text = row[name].get<std::string>();
          CHECK((csv[i][column] == text || csv[i][column] == "'" + text));
        } else if (name != "policy") {
          CHECK(nlohmann::json::parse(csv[i][column]) == row[name]);
        }
      }
    }
  }
}

TEST_CASE("links lead through all pages") {
  Api api;
  api.add_random(8, 30);
  for (const std::string list : {"records", "reports", "sources", "breakdown?by=header_from", "ingest/messages"}) {
    INFO(list);
    const auto window = list == "ingest/messages" ? std::string() : std::string("range=all&");
    const auto whole = api.json(target(list, window + "limit=1000"));
    std::vector<nlohmann::json> walked;
    auto next = target(list, window + "limit=7");
    while (!next.empty()) {
      const auto response = api.get(next);
      REQUIRE(response.status == 200);
      const auto page = nlohmann::json::parse(response.body);
      CHECK(page["meta"]["total"] == whole["data"].size());
      for (const auto& row : page["data"]) walked.push_back(row);
      const auto link = tests::header(response, "Link");
      CHECK(link.empty() == page["page"]["next_cursor"].is_null());
      next = link.empty() ? "" : link.substr(1, link.find('>') - 1);
    }
    REQUIRE(walked.size() == whole["data"].size());
    for (std::size_t i = 0; i < walked.size(); ++i) CHECK(walked[i] == whole["data"][i]);
  }
}

TEST_CASE("a link keeps the question, encoded, below the base path") {
  Api api;
  api.context.base_path = "/dmarc";
  api.add_random(8, 30);
  const auto response = api.get("/api/v1/records?range=all&q=from&reporter=!N%26o%22&limit=1");
  const auto link = tests::header(response, "Link");
  CHECK(link.find("</dmarc/api/v1/records?range=all&q=from&reporter=%21N%26o%22&limit=1&cursor=") == 0);
  CHECK(link.find(">; rel=\"next\"") != std::string::npos);
}

TEST_CASE("fields choose the columns, in the order of the list") {
  Api api;
  api.add(tests::make_report());
  const auto row = api.json("/api/v1/records?fields=messages,day&limit=1")["data"][0];
  CHECK(row.size() == 2);
  CHECK(row["messages"] == 10);
  CHECK(api.streamed("/api/v1/records?fields=messages,ip&format=csv") ==
        "ip,messages\r\n192.0.2.1,10\r\n2001:db8::1,2\r\n");
  CHECK(api.streamed("/api/v1/records?fields=ip&format=csv&bom=1").substr(0, 5) == "\xef\xbb\xbfip");
  CHECK(api.get("/api/v1/records?fields=ip,colour").status == 400);
}

TEST_CASE("the format is that of the query, else of the Accept header") {
  Api api;
  api.add(tests::make_report());
  const auto type = [&](const std::string& accept, const std::string& more) {
    auto request = tests::request("/api/v1/records" + more);
    request.headers["accept"] = accept;
    return tests::header(api.respond(request), "Content-Type");
  };
  CHECK(type("text/csv", "") == "text/csv; charset=utf-8; header=present");
  CHECK(type("application/x-ndjson, */*", "") == "application/x-ndjson");
  CHECK(type("application/json, text/csv", "") == "application/json");
  CHECK(type("text/html", "") == "application/json");
  CHECK(type("text/csv", "?format=json") == "application/json");
}

TEST_CASE("a client that goes away ends the stream") {
  Api api;
  api.add_random(5, 200);
  const auto response = api.get("/api/v1/records?range=all&format=ndjson");
  int calls = 0;
  CHECK_FALSE(response.stream([&](std::string_view) { return ++calls < 2; }));
  CHECK(calls == 2);
}

TEST_CASE("hostile strings come back as text in every format") {
  Api api;
  auto report = tests::make_report("=cmd|'/c calc'!A1\r\n", "example.com");
  report.metadata.org_name = "<script>alert(1)</script>\xff\xe2\x80\xa8";
  report.metadata.email = "\"><img src=x onerror=alert(1)>";
  report.records[0].identifiers.header_from = "@evil,\"x\"";
  report.records[0].auth_results.dkim.push_back({"</script>", "&s", {schema::AuthResult::fail, "\xff<raw>"}, "h"});
  report.metadata.errors = {"<b>&\xff"};
  api.add(report);
  for (const auto& list : lists) {
    INFO(list);
    const auto body = api.get(target(list, "")).body;
    CHECK(nlohmann::json::accept(body));
    CHECK(body.find_first_of("<>&") == std::string::npos);
    parse_csv(api.streamed(target(list, "format=csv")));
    parse_lines(api.streamed(target(list, "format=ndjson")));
  }
  const auto row = api.json("/api/v1/records")["data"][0];
  CHECK(row["header_from"] == "@evil,\"x\"");
  CHECK(row["dkim_results"][0]["domain"] == "</script>");
  const auto csv = parse_csv(api.streamed("/api/v1/records?format=csv&fields=report_id,header_from"));
  CHECK(csv[1][0] == "'=cmd|'/c calc'!A1\r\n");
  CHECK(csv[1][1] == "'@evil,\"x\"");
  CHECK(nlohmann::json::accept(api.get("/api/v1/reports/1").body));
}
