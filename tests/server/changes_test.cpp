#include "tests/support/catch.h"
// Catch first: the fixtures require.
#include "tests/support/people.h"

using tests::Api;

namespace {

// Thirty days of a domain, and on the last a new address whose mail fails.
void fill(Api& api, const std::string& domain, const std::string& newcomer) {
  for (int day = 0; day < 30; ++day) {
    auto report = tests::make_report(domain + std::to_string(day), domain);
    report.metadata.org_name = "<Org> & \"Sons\"";
    report.metadata.begin += day * 86400;
    report.metadata.end += day * 86400;
    if (day == 29) {
      report.records.push_back(tests::make_record(newcomer, 40, schema::DmarcResult::fail, schema::DmarcResult::fail));
    }
    api.add(report);
  }
}

}  // namespace

TEST_CASE("changes have their numbers and lead to the rows behind them") {
  Api api;
  api.context.base_path = "/dmarc";
  CHECK(api.json("/api/v1/changes")["data"].empty());
  fill(api, "example.com", "198.51.100.7");
  const auto answer = api.json("/api/v1/changes?code=new_source");
  REQUIRE(answer["data"].size() == 1);
  const auto change = answer["data"][0];
  CHECK(change["code"] == "new_source");
  CHECK(change["subject"] == "198.51.100.7");
  CHECK(change["numbers"]["failed"] == 40);
  CHECK(change["sentence"] == "198.51.100.7 sends as example.com for the first time: 40 messages, 40 of them failed");
  CHECK(answer["meta"]["found"]["new_source"] == 1);
  CHECK(answer["meta"]["to"] == answer["meta"]["as_of"]);
  const auto evidence = change["evidence"].get<std::string>();
  CHECK(evidence.rfind("/dmarc/api/v1/records?", 0) == 0);
  const auto rows = api.json(evidence.substr(6));
  CHECK(rows["meta"]["total"] == 1);
  CHECK(rows["data"][0]["messages"] == 40);
  // Asked twice, answered alike.
  CHECK(api.get("/api/v1/changes").body == api.get("/api/v1/changes").body);
  CHECK(api.streamed("/api/v1/changes?code=new_source&format=csv&fields=code,subject") ==
        "code,subject\r\nnew_source,198.51.100.7\r\n");
}

TEST_CASE("what is asked of changes is checked") {
  Api api;
  for (const auto* wrong : {"since=yesterday", "code=nonsense", "domain=", "range=7d",
                            "since=2026-01-01&since=2026-01-02", "sice=2026-01-01"}) {
    INFO(wrong);
    CHECK(api.get(std::string("/api/v1/changes?") + wrong).status == 400);
    CHECK(api.get(std::string("/api/v1/changes.atom?") + wrong).status == 400);
  }
  CHECK(api.get("/api/v1/changes.atom?format=json").status == 400);
}

TEST_CASE("a token for some domains is told nothing of others and nothing of ingestion") {
  tests::People people;
  people.add_user("alice", schema::Role::admin);
  fill(people.api, "example.com", "198.51.100.7");
  fill(people.api, "other.example", "198.51.100.8");
  people.api.context.mailboxes = [] {
    server::MailboxReport mailbox;
    mailbox.name = "main";
    mailbox.state = "refused";
    mailbox.error = "login refused";
    mailbox.error_at = 1'790'000'000;
    return std::vector<server::MailboxReport>{mailbox};
  };
  const auto codes_for = [&](const std::string& token) {
    auto request = tests::request("/api/v1/changes");
    request.headers = tests::bearer(token);
    const auto response = people.ask(request);
    REQUIRE(response.status == 200);
    std::string subjects;
    const auto answer = nlohmann::json::parse(response.body);
    for (const auto& change : answer["data"])
      if (change["subject"].is_string()) subjects += change["subject"].get<std::string>() + " ";
    return subjects;
  };
  CHECK(codes_for(people.token("read")).find("main") != std::string::npos);
  CHECK(codes_for(people.token("read", {"other.example"})) == "198.51.100.8 ");
}

TEST_CASE("a mailbox that breaks is another answer, though nothing was stored") {
  Api api;
  api.add(tests::make_report());
  std::vector<server::MailboxReport> mailboxes;
  api.context.mailboxes = [&] { return mailboxes; };
  auto again = tests::request("/api/v1/changes");
  again.headers["if-none-match"] = tests::header(api.get("/api/v1/changes"), "ETag");
  CHECK(api.respond(again).status == 304);
  mailboxes.emplace_back();
  mailboxes[0].name = "main";
  mailboxes[0].error = "no answer";
  mailboxes[0].error_at = 1'790'000'000;
  CHECK(api.respond(again).status == 200);
  const auto change = api.json("/api/v1/changes?code=mailbox_trouble")["data"][0];
  CHECK(change["sentence"] == "main cannot be read: no answer");
  CHECK(change["level"] == "warning");
}

TEST_CASE("the feed has an entry a change, and strangers' words are text in it") {
  Api api;
  fill(api, "example.com", "198.51.100.7");
  // Somebody else reports later, so that the regular reporter is silent.
  auto late = tests::make_report("late");
  late.metadata.begin += 40 * 86400;
  late.metadata.end += 40 * 86400;
  api.add(late);
  auto asked = tests::request("/api/v1/changes.atom?since=2026-09-01");
  asked.headers["host"] = "dmarc.example:8080";
  const auto feed = api.respond(asked);
  CHECK(feed.status == 200);
  CHECK(tests::header(feed, "Content-Type") == "application/atom+xml; charset=utf-8");
  CHECK(feed.body.find("<id>urn:ruadar:dmarc.example%3A8080:changes</id>") != std::string::npos);
  CHECK(feed.body.find("&lt;Org&gt; &amp; &quot;Sons&quot; has sent nothing for") != std::string::npos);
  CHECK(feed.body.find("(usually daily: it reported on ") != std::string::npos);
  CHECK(feed.body.find("<Org>") == std::string::npos);
  const auto changes = api.json("/api/v1/changes?since=2026-09-01")["data"].size();
  std::size_t entries = 0;
  for (auto at = feed.body.find("<entry>"); at != std::string::npos; at = feed.body.find("<entry>", at + 1)) ++entries;
  CHECK(entries == changes);
  CHECK(entries > 0);
}
