#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include "tests/support/api.h"

using tests::Api;

namespace {

// One failure, of bytes that are kept.
struct Failing : Api {
  std::int64_t id = 0;
  std::string done;

  Failing() {
    auto& writer = store.writer();
    REQUIRE(writer.begin());
    const auto mail = store.mail();
    const auto original = writer.originals().keep("<feedback><broken>").value();
    id = writer.failures()
             .add({original, 0, "xml_truncated", schema::Stage::xml, "ends inside <broken>",
                   schema::Position{1, 19, 18}, "<feedback><broken>", std::nullopt, "1"},
                  1'790'000'000)
             .value();
    REQUIRE(writer.ledger().set_attachments(
        mail, {{"report.xml", 0, original, schema::Outcome::quarantined, "xml_truncated", std::nullopt, id}}));
    REQUIRE(writer.commit());
    context.decide = [this](std::int64_t failure, server::FailureDecision decision, const std::string& note) {
      done = std::to_string(failure) + (decision == server::FailureDecision::ignored ? " ignored " : " open ") + note;
      return schema::Status();
    };
    context.resolve = [](std::int64_t, server::KeptReport) -> schema::Status {
      return schema::malformed("wrong_state", "This failure is no conflict.");
    };
    context.retry = [this](std::int64_t failure) -> schema::Result<server::UploadedAttachment> {
      if (failure != id) return schema::malformed("not_found", "");
      return server::UploadedAttachment{};
    };
  }
  std::string path(const std::string& more = "") const {
    return "/api/v1/ingest/failures/" + std::to_string(id) + more;
  }
  server::Response send(const std::string& method, const std::string& target, const std::string& body) const {
    auto request = tests::request(target, method);
    request.body = body;
    return respond(request);
  }
};

}  // namespace

TEST_CASE("a failure tells what, where and from whom") {
  Failing api;
  const auto answer = api.json("/api/v1/ingest/failures");
  REQUIRE(answer["data"].size() == 1);
  const auto& row = answer["data"][0];
  CHECK(row["code"] == "xml_truncated");
  CHECK_FALSE(row["sentence"].get<std::string>().empty());
  CHECK(row["stage"] == "xml");
  CHECK(row["position"]["column"] == 19);
  CHECK(row["excerpt"] == "<feedback><broken>");
  CHECK(row["origin"]["attachment"] == "report.xml");
  CHECK(row["raw"] == api.path("/raw"));
  CHECK(answer["counts"][0]["open"] == 1);
  CHECK(api.json("/api/v1/ingest/failures?state=ignored")["data"].empty());
  CHECK(api.json("/api/v1/ingest/failures?code=crc")["data"].empty());
  CHECK(api.json("/api/v1/ingest/failures?code=crc&code=xml_truncated")["data"].size() == 1);
  CHECK(api.json(api.path())["data"] == row);
  CHECK(api.json("/api/v1/status")["data"]["failures_open"] == 1);
  const auto ledger = api.json("/api/v1/ingest/messages");
  CHECK(ledger["counts"]["quarantined"] == 1);
  CHECK(ledger["data"][0]["outcomes"][0]["failure"] == api.id);
}

TEST_CASE("the rows of an outcome add up to its number") {
  Failing api;
  auto& writer = api.store.writer();
  REQUIRE(writer.begin());
  // One mail with two stored reports and a duplicate, two mails that hold nothing.
  REQUIRE(writer.ledger().set_attachments(api.store.mail(),
                                          {{"a.xml", 0, {}, schema::Outcome::stored, "", {}, {}},
                                           {"b.xml", 1, {}, schema::Outcome::stored, "", {}, {}},
                                           {"a.xml", 2, {}, schema::Outcome::duplicate, "duplicate", {}, {}}}));
  for (int i = 0; i < 2; ++i)
    REQUIRE(writer.ledger().set_attachments(api.store.mail(),
                                            {{"", 0, {}, schema::Outcome::ignored, "not_a_report", {}, {}}}));
  REQUIRE(writer.commit());
  const auto counts = api.json("/api/v1/ingest/messages")["counts"];
  CHECK(counts["stored"] == 2);
  for (const std::string outcome : {"stored", "duplicate", "conflict", "quarantined", "ignored"}) {
    INFO(outcome);
    // Page by page, so that the cursor keeps to the filter.
    std::string target = "/api/v1/ingest/messages?limit=1&outcome=" + outcome;
    int attachments = 0, rows = 0;
    for (std::string cursor;;) {
      const auto answer = api.json(target + cursor);
      CHECK(answer["meta"]["attachments"] == counts[outcome]);
      for (const auto& row : answer["data"]) {
        ++rows;
        for (const auto& one : row["outcomes"]) attachments += one["outcome"] == outcome ? 1 : 0;
      }
      if (answer["page"]["next_cursor"].is_null()) {
        CHECK(answer["meta"]["total"] == rows);
        break;
      }
      cursor = "&cursor=" + answer["page"]["next_cursor"].get<std::string>();
    }
    CHECK(counts[outcome] == attachments);
  }
  const auto either = api.json("/api/v1/ingest/messages?outcome=duplicate&outcome=ignored");
  CHECK(either["meta"]["total"] == 3);
  CHECK(either["meta"]["attachments"] == 3);
  CHECK(api.get("/api/v1/ingest/messages?outcome=failed").status == 400);

  // All of it was read on the first day there is, by a run for each mail.
  const auto of_day = api.json("/api/v1/ingest/messages?read_on=1970-01-01");
  CHECK(of_day["counts"] == counts);
  const auto of_run = api.json("/api/v1/ingest/messages?run=2&outcome=stored");
  CHECK(of_run["meta"]["total"] == 1);
  CHECK(of_run["meta"]["attachments"] == 2);
  CHECK(of_run["counts"]["duplicate"] == 1);
  const auto next_day = api.json("/api/v1/ingest/messages?read_on=1970-01-02");
  CHECK(next_day["meta"]["total"] == 0);
  CHECK(next_day["counts"]["stored"] == 0);
  for (const auto* wrong : {"read_on=today", "read_on=2026-02-30", "run=0", "run=x"})
    CHECK(api.get(std::string("/api/v1/ingest/messages?") + wrong).status == 400);
}

TEST_CASE("the bytes of a failure are a download that no browser renders") {
  Failing api;
  const auto response = api.get(api.path("/raw"));
  CHECK(response.status == 200);
  CHECK(response.body == "<feedback><broken>");
  CHECK(tests::header(response, "Content-Type") == "application/octet-stream");
  CHECK(tests::header(response, "Content-Disposition").find("attachment; filename=\"failure-") == 0);
  CHECK(tests::header(response, "X-Content-Type-Options") == "nosniff");
}

TEST_CASE("a failure is decided with a note, and answers how it stands") {
  Failing api;
  const auto response = api.send("PATCH", api.path(), R"({"state":"ignored","note":"not ours"})");
  CHECK(response.status == 200);
  CHECK(api.done == std::to_string(api.id) + " ignored not ours");
  CHECK(nlohmann::json::parse(response.body)["data"]["id"] == api.id);
  CHECK(tests::header(response, "ETag").empty());
  CHECK(api.send("POST", api.path("/retry"), "").status == 200);
  for (const auto* body : {"", "[]", "{", R"({"state":"resolved"})", R"({"state":1})", R"({"state":"open","x":"y"})"}) {
    INFO(body);
    CHECK(api.send("PATCH", api.path(), body).status == 400);
  }
  CHECK(api.send("POST", api.path("/resolve"), R"({"keep":"both"})").status == 400);
}

TEST_CASE("failures of a filter are decided together, page by page") {
  Failing api;
  auto& writer = api.store.writer();
  REQUIRE(writer.begin());
  std::vector<std::int64_t> crc;
  for (int i = 0; i < 5; ++i) {
    const auto original = writer.originals().keep("PK" + std::to_string(i)).value();
    crc.push_back(writer.failures()
                      .add({original, 0, "crc", schema::Stage::decompress, "", {}, "", {}, "1"}, 1'790'000'000)
                      .value());
  }
  REQUIRE(writer.commit());
  std::vector<std::int64_t> ignored, retried;
  api.context.decide = [&](std::int64_t id, server::FailureDecision, const std::string& note) -> schema::Status {
    if (id == crc[2]) return schema::malformed("wrong_state", "It is resolved.");
    CHECK(note == "broken");
    ignored.push_back(id);
    return {};
  };
  api.context.retry = [&](std::int64_t id) -> schema::Result<server::UploadedAttachment> {
    retried.push_back(id);
    server::UploadedAttachment result;
    if (id == api.id) result.failure_id = id, result.code = "xml_truncated";
    return result;
  };
  const auto send = [&](const std::string& method, const std::string& target, const std::string& body) {
    const auto response = api.send(method, target, body);
    INFO(response.body);
    CHECK(response.status == 200);
    return nlohmann::json::parse(response.body);
  };
  // Two pages, and every failure of the code once.
  const std::string body = R"({"state":"ignored","note":"broken"})",
                    target = "/api/v1/ingest/failures?code=crc&limit=3";
  const auto first = send("PATCH", target, body);
  REQUIRE(first["data"].size() == 3);
  CHECK(first["data"][0] == nlohmann::json({{"id", crc[4]}, {"state", "ignored"}, {"code", ""}}));
  CHECK(first["data"][2] == nlohmann::json({{"id", crc[2]}, {"state", "unchanged"}, {"code", "wrong_state"}}));
  const auto second = send("PATCH", target + "&cursor=" + first["page"]["next_cursor"].get<std::string>(), body);
  CHECK(second["page"]["next_cursor"].is_null());
  CHECK(ignored == std::vector{crc[4], crc[3], crc[1], crc[0]});
  // Of all codes, the youngest first.
  const auto again = send("POST", "/api/v1/ingest/failures/retry", "");
  CHECK(retried.size() == 6);
  CHECK(again["data"][0]["state"] == "resolved");
  CHECK(again["data"][5] == nlohmann::json({{"id", api.id}, {"state", "open"}, {"code", "xml_truncated"}}));
  for (const auto* wrong : {"?code=nonsense", "?limit=101", "?cursor=x", "?cod=crc"}) {
    INFO(wrong);
    CHECK(api.send("POST", std::string("/api/v1/ingest/failures/retry") + wrong, "").status == 400);
    CHECK(api.send("PATCH", std::string("/api/v1/ingest/failures") + wrong, body).status == 400);
  }
  CHECK(api.send("PATCH", "/api/v1/ingest/failures", R"({"state":"resolved"})").status == 400);
  // What concerns all of them ends the request.
  api.context.retry = [](std::int64_t) -> schema::Result<server::UploadedAttachment> {
    return schema::unavailable("locked", "in use");
  };
  CHECK(api.send("POST", "/api/v1/ingest/failures/retry", "").status == 503);
}

TEST_CASE("what cannot be decided is told") {
  Failing api;
  CHECK(api.send("POST", "/api/v1/ingest/failures/999/retry", "").status == 404);
  const auto conflict = api.send("POST", api.path("/resolve"), R"({"keep":"first"})");
  CHECK(conflict.status == 409);
  CHECK(nlohmann::json::parse(conflict.body)["code"] == "wrong_state");
}

TEST_CASE("the XML of a report is unpacked on the way out, for download only") {
  Api api;
  auto& writer = api.store.writer();
  REQUIRE(writer.begin());
  auto provenance = api.store.provenance();
  provenance.original_id = writer.originals().keep("packed").value();
  provenance.document = 2;
  REQUIRE(writer.reports().add(schema::PreparedReport(tests::make_report()), provenance));
  REQUIRE(writer.commit());
  api.context.document = [](std::string_view attachment, std::int64_t document) -> schema::Result<std::string> {
    return std::string(attachment) + std::to_string(document);
  };
  const auto response = api.get("/api/v1/reports/1/xml");
  CHECK(response.status == 200);
  CHECK(response.body == "packed2");
  CHECK(tests::header(response, "Content-Type") == "application/octet-stream");
  CHECK(tests::header(response, "Content-Disposition") == "attachment; filename=\"report-1.xml\"");
  CHECK(api.json("/api/v1/reports/1")["data"]["xml"] == "/api/v1/reports/1/xml");
}
