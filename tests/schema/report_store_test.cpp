#include "schema/report_store.h"

#include <algorithm>

#include "tests/support/catch.h"
#include "tests/support/make_report.h"
#include "tests/support/store.h"

using schema::DmarcResult;
using schema::Outcome;
using schema::PreparedReport;
using schema::Rollups;

namespace {

constexpr auto rollup_tables = "daily daily_source";
constexpr auto report_tables = "report record daily daily_source sighting";

schema::Match add(tests::Store& store, schema::Report report) {
  const auto match = store.writer().reports().add(PreparedReport(std::move(report)), store.provenance());
  REQUIRE(match);
  return *match;
}

// A batch of one part.
schema::Match add_alone(tests::Store& store, schema::Report report) {
  REQUIRE(store.writer().begin());
  const auto match = add(store, std::move(report));
  REQUIRE(store.writer().commit());
  return match;
}

}  // namespace

TEST_CASE("a report is stored once, and is a duplicate then") {
  tests::Store store;
  const auto first = add_alone(store, tests::make_report());
  CHECK(first.outcome == Outcome::stored);
  auto again = tests::make_report();
  std::ranges::reverse(again.records);
  again.metadata.org_name = "RECEIVER";
  const auto second = add_alone(store, again);
  CHECK(second.outcome == Outcome::duplicate);
  CHECK(second.report_id == first.report_id);
  CHECK(store.number("SELECT count(*) FROM report") == 1);
  CHECK(store.number("SELECT sum(messages) FROM record") == 12);
  CHECK(store.number("SELECT sum(messages) FROM daily") == 12);
  CHECK(store.number("SELECT sum(messages) FROM daily_source") == 12);
  CHECK(store.text("SELECT org_name FROM reporter") == "Receiver");
}

TEST_CASE("the same identity with other content is a conflict, and the first stays untouched") {
  tests::Store store;
  const auto first = add_alone(store, tests::make_report());
  const auto before = store.dump(report_tables);
  auto other = tests::make_report();
  other.records[0].count = 11;
  const auto second = add_alone(store, other);
  CHECK(second.outcome == Outcome::conflict);
  CHECK(second.report_id == first.report_id);
  CHECK(store.dump(report_tables) == before);
}

TEST_CASE("each part of the identity alone makes another report") {
  tests::Store store;
  REQUIRE(add_alone(store, tests::make_report()).outcome == Outcome::stored);
  const auto change = GENERATE(0, 1, 2, 3, 4, 5);
  auto report = tests::make_report();
  switch (change) {
    case 0:
      report.metadata.report_id = "2";
      break;
    case 1:
      report.metadata.org_name = "Another";
      break;
    case 2:
      report.metadata.email = "other@receiver.example";
      break;
    case 3:
      report.policy_published.domain = "example.org";
      break;
    case 4:
      report.metadata.begin -= 1;
      break;
    default:
      report.metadata.end += 1;
      break;
  }
  CHECK(add_alone(store, report).outcome == Outcome::stored);
}

TEST_CASE("columns of the identity are never run together") {
  tests::Store store;
  auto one = tests::make_report();
  one.metadata.org_name = "ab";
  one.metadata.email = "c";
  auto two = tests::make_report();
  two.metadata.org_name = "a";
  two.metadata.email = "bc";
  CHECK(add_alone(store, one).outcome == Outcome::stored);
  CHECK(add_alone(store, two).outcome == Outcome::stored);
}

TEST_CASE("without report_id the content stands for it") {
  tests::Store store;
  auto report = tests::make_report("");
  CHECK(add_alone(store, report).outcome == Outcome::stored);
  CHECK(store.text("SELECT report_id FROM report").size() == 64);
  CHECK(add_alone(store, report).outcome == Outcome::duplicate);
  report.records[0].count += 1;
  CHECK(add_alone(store, report).outcome == Outcome::stored);
}

TEST_CASE("a record keeps what the report says") {
  tests::Store store;
  auto report = tests::make_report();
  auto& record = report.records[0];
  record.source_ip_raw = "[192.0.2.1]";
  record.policy_evaluated.disposition = {schema::Disposition::unknown, "delivered"};
  record.policy_evaluated.reasons = {{{schema::OverrideType::forwarded}, "a \"b\""},
                                     {{schema::OverrideType::other, "odd"}, ""}};
  record.identifiers.envelope_from = "";
  record.auth_results.dkim = {{"d.example", "", {schema::AuthResult::fail, "hardfail"}, ""},
                              {"", "s", {schema::AuthResult::unknown}, "why"}};
  add_alone(store, report);
  CHECK(store.text("SELECT raw FROM record WHERE n = 0") == R"({"source_ip":"[192.0.2.1]","disposition":"delivered"})");
  CHECK(store.text("SELECT coalesce(raw, 'null') FROM record WHERE n = 1") == "null");
  CHECK(store.text("SELECT dkim FROM auth JOIN record ON auth_id = id WHERE n = 0") ==
        R"([{"domain":"d.example","selector":null,"result":"fail","raw":"hardfail"},)"
        R"({"domain":null,"selector":"s","result":null,"human_result":"why"}])");
  CHECK(store.text("SELECT spf FROM auth JOIN record ON auth_id = id WHERE n = 0") ==
        R"([{"domain":"example.com","scope":"mfrom","result":"pass"}])");
  CHECK(store.text("SELECT value FROM override JOIN record ON override_id = id WHERE n = 0") ==
        R"([{"type":"forwarded","comment":"a \"b\""},{"type":"other","comment":"","raw":"odd"}])");
  CHECK(store.number("SELECT types FROM override JOIN record ON override_id = id WHERE n = 0") == (1 << 1 | 1 << 6));
  CHECK(store.number("SELECT override_id FROM record WHERE n = 1") == 0);
  CHECK(store.text("SELECT value FROM text JOIN record ON envelope_from_id = id WHERE n = 0").empty());
  CHECK(store.number("SELECT envelope_from_id IS NULL FROM record WHERE n = 1") == 1);
  CHECK(store.number("SELECT count(*) FROM auth_dkim") == 2);
  // SPF passes for the From domain, no DKIM result says anything.
  CHECK(store.number("SELECT estimate >> 2 FROM record WHERE n = 1") == static_cast<int>(DmarcResult::pass));
}

TEST_CASE("a report of any number of records is written whole") {
  const auto size = GENERATE(0, 1, 7, 8, 9, 63, 64, 65, 137, 1000);
  tests::Store store;
  auto report = tests::make_report();
  report.records.clear();
  for (int i = 0; i < size; ++i) {
    report.records.push_back(tests::make_record("10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256), i,
                                                DmarcResult::pass, DmarcResult::fail));
  }
  add_alone(store, report);
  CHECK(store.number("SELECT count(*) FROM record") == size);
  CHECK(store.number("SELECT sum(messages) FROM record WHERE n = messages") == size * (size - 1) / 2);
  CHECK(store.number("SELECT count(*) FROM address") == size);
  CHECK(store.number("SELECT records FROM report") == size);
  CHECK(store.number("SELECT pass_one FROM report") == size * (size - 1) / 2);
}

TEST_CASE("numbers given in a part that was taken back are forgotten") {
  tests::Store store;
  REQUIRE(store.writer().begin());
  REQUIRE(store.writer().begin_part());
  add(store, tests::make_report("1"));
  store.writer().drop_part();
  REQUIRE(store.writer().begin_part());
  auto other = tests::make_report("2");
  other.policy_published.p.value = schema::Policy::none;
  add(store, other);
  add(store, tests::make_report("3"));
  REQUIRE(store.writer().keep_part());
  REQUIRE(store.writer().commit());
  CHECK(store.number("SELECT count(*) FROM pragma_foreign_key_check") == 0);
  CHECK(store.number("SELECT count(*) FROM report") == 2);
  const auto kept = store.dump(rollup_tables);
  REQUIRE(Rollups::rebuild(store.database()));
  CHECK(store.dump(rollup_tables) == kept);
}

TEST_CASE("a batch that is cut off leaves nothing") {
  tests::Store store;
  add_alone(store, tests::make_report("0"));
  const auto before = store.dump(report_tables);
  REQUIRE(store.writer().begin());
  for (int i = 1; i < 20; ++i) add(store, tests::make_report(std::to_string(i)));
  if (GENERATE(true, false)) {
    store.writer().rollback();
  } else {
    store.reopen();
  }
  CHECK(store.dump(report_tables) == before);
  CHECK(store.number("SELECT value FROM state WHERE name = 'generation'") == 1);
  CHECK(add_alone(store, tests::make_report("1")).outcome == Outcome::stored);
  CHECK(store.number("SELECT count(*) FROM pragma_foreign_key_check") == 0);
}

TEST_CASE("the generation grows with each commit that changed something") {
  tests::Store store;
  const auto generation = [&] { return store.number("SELECT value FROM state WHERE name = 'generation'"); };
  REQUIRE(store.writer().begin());
  REQUIRE(store.writer().commit());
  CHECK(generation() == 0);
  add_alone(store, tests::make_report());
  CHECK(generation() == 1);
}

TEST_CASE("roll-ups kept by and by equal those computed anew, whatever happens") {
  const auto seed = GENERATE(range(1u, 9u));
  INFO("seed " << seed);
  std::mt19937 random(seed);
  tests::Store store;
  std::vector<std::int64_t> stored;
  for (int batch = 0; batch < 6; ++batch) {
    REQUIRE(store.writer().begin());
    const auto before = stored;
    for (int part = 0; part < 5; ++part) {
      REQUIRE(store.writer().begin_part());
      const auto before_part = stored;
      for (int i = 0; i < 4; ++i) {
        const auto action = random() % 8;
        if (action == 0 && !stored.empty()) {
          const auto which = random() % stored.size();
          REQUIRE(store.writer().reports().remove(stored[which]));
          stored.erase(stored.begin() + static_cast<std::ptrdiff_t>(which));
        } else if (action == 1 && !stored.empty()) {
          PreparedReport replacement(tests::random_report(random));
          if (store.writer().reports().match(replacement)->outcome != Outcome::stored) continue;
          REQUIRE(store.writer().reports().replace(stored[random() % stored.size()], replacement, store.provenance()));
        } else {
          const auto match = add(store, tests::random_report(random));
          if (match.outcome == Outcome::stored) stored.push_back(match.report_id);
        }
      }
      if (random() % 4 == 0) {
        store.writer().drop_part();
        stored = before_part;
      } else {
        REQUIRE(store.writer().keep_part());
      }
    }
    if (random() % 4 == 0) {
      store.writer().rollback();
      stored = before;
    } else {
      REQUIRE(store.writer().commit());
    }
    CHECK(store.number("SELECT count(*) FROM report") == static_cast<std::int64_t>(stored.size()));
  }
  CHECK(store.number("SELECT count(*) FROM pragma_foreign_key_check") == 0);
  CHECK(store.number("SELECT sum(messages) FROM report") == store.number("SELECT sum(messages) FROM record"));
  CHECK(store.number("SELECT sum(pass_both + pass_one + fail_delivered + fail_stopped + unknown) FROM report") ==
        store.number("SELECT sum(messages) FROM report"));
  const auto kept = store.dump(rollup_tables);
  REQUIRE(Rollups::rebuild(store.database()));
  CHECK(store.dump(rollup_tables) == kept);
}

TEST_CASE("a hundred thousand records go in and add up") {
  tests::Store store;
  std::mt19937 random(7);
  REQUIRE(store.writer().begin());
  std::int64_t messages = 0;
  for (int k = 0; k < 10; ++k) {
    auto report = tests::make_report(std::to_string(k));
    report.records.clear();
    for (int i = 0; i < 10'000; ++i) {
      auto record = tests::make_record("10.1." + std::to_string(random() % 256) + "." + std::to_string(random() % 256),
                                       i % 100, DmarcResult::pass, static_cast<DmarcResult>(random() % 3));
      record.auth_results.dkim.push_back(
          {"d" + std::to_string(random() % 50) + ".example", "s", {schema::AuthResult::pass}, ""});
      messages += record.count;
      report.records.push_back(std::move(record));
    }
    add(store, std::move(report));
  }
  REQUIRE(store.writer().commit());
  REQUIRE(store.writer().checkpoint());
  CHECK(store.number("SELECT count(*) FROM record") == 100'000);
  CHECK(store.number("SELECT sum(messages) FROM daily") == messages);
  CHECK(store.number("SELECT sum(messages) FROM daily_source") == messages);
  CHECK(store.number("SELECT count(*) FROM auth") == 50);
}
