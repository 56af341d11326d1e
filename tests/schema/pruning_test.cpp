#include "schema/pruning.h"

#include <random>

#include "schema/check.h"
#include "schema/original_codec.h"
#include "schema/summaries.h"
#include "tests/support/catch.h"
#include "tests/support/make_report.h"
#include "tests/support/store.h"

using namespace schema;

namespace {

constexpr std::int64_t first_day = 20'000;

Report report_of(std::int64_t day, const std::string& id, int records) {
  auto report = tests::make_report(id);
  report.metadata.begin = day * 86400;
  report.metadata.end = report.metadata.begin + 86399;
  report.records.clear();
  for (int i = 0; i < records; ++i)
    report.records.push_back(tests::make_record("192.0.2." + std::to_string(i % 200), 1 + i % 7,
                                                static_cast<DmarcResult>(i % 3), static_cast<DmarcResult>(i % 2)));
  return report;
}

// Returns its original.
std::int64_t add(tests::Store& store, const Report& report) {
  REQUIRE(store.writer().begin());
  auto provenance = store.provenance();
  provenance.original_id = store.writer().originals().keep("bytes of " + report.metadata.report_id).value();
  const auto added = store.writer().reports().add(PreparedReport(report), provenance);
  REQUIRE(added);
  REQUIRE(added->outcome == Outcome::stored);
  REQUIRE(store.writer().ledger().set_attachments(
      provenance.mail_id, {{"a.xml", 0, provenance.original_id, Outcome::stored, "", added->report_id, {}}}));
  REQUIRE(store.writer().commit());
  return *provenance.original_id;
}

std::vector<std::string> wrong(tests::Store& store) {
  auto found = damage(store.database()).value();
  const auto more = contradictions(store.database()).value();
  found.insert(found.end(), more.begin(), more.end());
  return found;
}

Pruned prune(tests::Store& store, const PruneRule& rule, bool check_each_step = true) {
  Pruned all;
  while (!all.complete) {
    const auto step = prune_step(store.writer(), rule);
    if (!step) FAIL(step.error().message);
    CHECK(step->records <= prune_rows);
    if (check_each_step) CHECK(wrong(store) == std::vector<std::string>());
    all += *step;
  }
  return all;
}

Outcome comes_back(tests::Store& store, const Report& report) {
  REQUIRE(store.writer().begin());
  const auto match = store.writer().reports().match(PreparedReport(report));
  store.writer().rollback();
  REQUIRE(match);
  if (match->outcome != Outcome::stored) CHECK(match->report_id == 0);
  return match->outcome;
}

PruneRule before(std::int64_t day, bool keep_rollups = false) {
  return {day, std::nullopt, keep_rollups, day * 86400};
}

}  // namespace

// By steps of a few records, too, their raw words go with them (the table record_raw).
TEST_CASE("raw words go with the record that said them") {
  tests::Store store;
  auto report = report_of(first_day, "raw", 6);
  for (auto& record : report.records) record.policy_evaluated.disposition = {Disposition::none, "delivered"};
  add(store, report);
  const auto raw = [&] { return store.number("SELECT count(*) FROM record WHERE raw IS NOT NULL"); };
  CHECK(raw() == 6);
  for (const std::int64_t kept : {4, 1, 0}) {
    REQUIRE(store.writer().begin());
    REQUIRE(store.writer().reports().shrink(1, kept));
    REQUIRE(store.writer().commit());
    CHECK(raw() == kept);
    CHECK(store.number("SELECT count(*) FROM record") == kept);
    CHECK(store.number("SELECT count(*) FROM record_raw") == kept);
    CHECK(wrong(store).empty());
  }
}

TEST_CASE("pruning takes the reports of old days with records, totals and originals, and remembers who they were") {
  tests::Store store;
  const auto old = report_of(first_day, "old", 30), young = report_of(first_day + 1, "young", 20);
  add(store, old);
  add(store, young);
  const auto expected = would_prune(store.database(), before(first_day + 1));
  REQUIRE(expected);
  const auto pruned = prune(store, before(first_day + 1));
  CHECK((pruned.reports == 1 && pruned.records == 30 && pruned.originals == 1));
  CHECK((expected->reports == 1 && expected->records == 30 && expected->originals == 1));
  CHECK(expected->original_bytes == pruned.original_bytes);
  CHECK(store.number("SELECT count(*) FROM report") == 1);
  CHECK(store.number("SELECT sum(records) FROM daily") == 20);
  CHECK(store.number("SELECT sum(records) FROM daily_source") == 20);
  CHECK(store.number("SELECT count(*) FROM original") == 1);
  CHECK(store.number("SELECT count(*) FROM mail") == 2);

  CHECK(comes_back(store, old) == Outcome::duplicate);
  auto other = old;
  other.records.pop_back();
  CHECK(comes_back(store, other) == Outcome::conflict);
  CHECK(comes_back(store, report_of(first_day, "never seen", 1)) == Outcome::stored);
}

TEST_CASE("identities of pruned reports are forgotten after their time") {
  tests::Store store;
  const auto old = report_of(first_day, "old", 3);
  add(store, old);
  auto rule = before(first_day + 1);
  prune(store, rule);
  rule.now += identity_seconds;
  prune(store, rule);
  CHECK(comes_back(store, old) == Outcome::duplicate);
  rule.now += 1;
  prune(store, rule);
  CHECK(comes_back(store, old) == Outcome::stored);
}

TEST_CASE("a report of many records is pruned over several steps, and every sum is right between them") {
  for (const bool keep : {false, true}) {
    tests::Store store;
    add(store, report_of(first_day, "small", 5));
    add(store, report_of(first_day, "large", 3500));
    add(store, report_of(first_day + 9, "young", 5));
    const auto pruned = prune(store, before(first_day + 1, keep));
    CHECK((pruned.reports == 2 && pruned.records == 3505));
    CHECK(store.number("SELECT count(*) FROM record") == 5);
    CHECK(comes_back(store, report_of(first_day + 20, "new", 1)) == Outcome::stored);
    CHECK(prune(store, before(first_day + 1, keep)).reports == 0);
  }
}

TEST_CASE("a pass that was cut off after any step is finished by the next one") {
  for (const bool keep : {false, true}) {
    tests::Store store;
    for (int i = 0; i < 4; ++i) add(store, report_of(first_day + i, std::to_string(i), 900));
    for (int cut = 0; cut < 3; ++cut) {
      REQUIRE(prune_step(store.writer(), before(first_day + 3, keep)));
      store.reopen();
      CHECK(wrong(store) == std::vector<std::string>());
    }
    prune(store, before(first_day + 3, keep));
    CHECK(store.number("SELECT count(*) FROM record") == 900);
    CHECK(store.number("SELECT count(*) FROM state WHERE name = 'emptying'") == 0);
  }
}

TEST_CASE("totals that are kept stay what they were, on every page and for ever") {
  tests::Store store;
  std::mt19937 random(11);
  for (int i = 0; i < 40; ++i) {
    auto report = tests::random_report(random);
    report.metadata.report_id = std::to_string(i);
    add(store, report);
  }
  const auto day = store.number("SELECT max(day) FROM report");
  const auto totals = [&] {
    return store.dump("daily daily_source") + store.text(
                                                  "SELECT group_concat(id || ':' || messages || ':' || records) "
                                                  "FROM report");
  };
  const auto before_it = totals();
  const auto rule = before(day, true);
  const auto pruned = prune(store, rule);
  CHECK(pruned.reports > 5);
  CHECK(totals() == before_it);
  CHECK(store.number("SELECT count(*) FROM record JOIN report ON report.id = record.report_id WHERE day < " +
                     std::to_string(day)) == 0);
  auto later = rule;
  later.now += 2 * identity_seconds;
  prune(store, later);
  CHECK(totals() == before_it);

  // And go when nobody wants them any more.
  prune(store, before(day), false);
  CHECK(store.number("SELECT count(*) FROM report WHERE day < " + std::to_string(day)) == 0);
  CHECK(store.number("SELECT count(*) FROM daily WHERE day < " + std::to_string(day)) == 0);
  CHECK(store.number("SELECT count(*) FROM daily_source WHERE day < " + std::to_string(day)) == 0);
  CHECK(wrong(store) == std::vector<std::string>());
}

TEST_CASE("of a report whose totals are all that is left, no other reading counts") {
  tests::Store store;
  const auto old = report_of(first_day, "old", 3);
  add(store, old);
  prune(store, before(first_day + 1, true));
  REQUIRE(store.writer().begin());
  const auto replaced = store.writer().reports().replace(1, PreparedReport(old), store.provenance());
  store.writer().rollback();
  REQUIRE_FALSE(replaced);
  CHECK(replaced.error().code == "wrong_state");
}

TEST_CASE("what was stored of late stays, however old it is, where the rule says so") {
  tests::Store store;
  add(store, report_of(first_day, "old", 3));
  auto rule = before(first_day + 1000);
  rule.stored_before = store.number("SELECT stored_at FROM report");
  CHECK(prune(store, rule).reports == 0);
  *rule.stored_before += 1;
  CHECK(prune(store, rule).reports == 1);
}

TEST_CASE("the original of an undecided failure is never pruned, of a decided one it is") {
  tests::Store store;
  REQUIRE(store.writer().begin());
  std::vector<std::int64_t> failures;
  for (const auto* bytes : {"open", "ignored", "resolved"}) {
    const auto original = store.writer().originals().keep(bytes).value();
    const auto mail = store.mail();
    failures.push_back(
        store.writer().failures().add({original, 0, "xml_malformed", Stage::xml, "", {}, "", {}, "1"}, 5).value());
    REQUIRE(store.writer().ledger().set_attachments(
        mail, {{"a", 0, original, Outcome::quarantined, "xml_malformed", {}, failures.back()}}));
  }
  REQUIRE(store.writer().failures().decide(failures[1], FailureState::ignored, ""));
  REQUIRE(store.writer().failures().decide(failures[2], FailureState::resolved, ""));
  REQUIRE(store.writer().commit());
  const auto expected = would_prune(store.database(), before(first_day)).value();
  const auto pruned = prune(store, before(first_day));
  CHECK((pruned.failures == 2 && pruned.originals == 2 && expected.failures == 2 && expected.originals == 2));
  CHECK(store.number("SELECT count(*) FROM original") == 1);
  CHECK(store.text("SELECT state FROM failure") == "open");
}

TEST_CASE("an original that a younger report needs, too, stays") {
  tests::Store store;
  const auto original = add(store, report_of(first_day, "old", 3));
  REQUIRE(store.writer().begin());
  auto provenance = store.provenance();
  provenance.original_id = original;
  provenance.document = 1;
  const auto young = store.writer().reports().add(PreparedReport(report_of(first_day + 5, "young", 3)), provenance);
  REQUIRE(store.writer().ledger().set_attachments(provenance.mail_id,
                                                  {{"b", 1, original, Outcome::stored, "", young->report_id, {}}}));
  REQUIRE(store.writer().commit());
  CHECK(would_prune(store.database(), before(first_day + 1))->originals == 0);
  CHECK(prune(store, before(first_day + 1)).originals == 0);
  CHECK(load_original(store.database(), original) == "bytes of old");
  CHECK(prune(store, before(first_day + 6)).originals == 1);
}
