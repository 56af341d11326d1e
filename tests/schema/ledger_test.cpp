#include "schema/ledger.h"

#include "schema/failures.h"
#include "tests/support/catch.h"
#include "tests/support/store.h"

using schema::AttachmentEntry;
using schema::FailureState;
using schema::Outcome;

namespace {

const schema::Place place{"mbox", "/var/mail/dmarc", "100"};

schema::MailEntry entry(char digest = 'a') {
  return {std::string(32, digest), 1000, "report", "Subject", "from@receiver.example", std::nullopt, 1'790'000'000};
}

schema::FailureEntry failure(std::int64_t original_id) {
  return {original_id, 0, "xml_truncated", schema::Stage::xml, "It ends.", schema::Position{3, 4, 50}, "<a", {}, "1"};
}

}  // namespace

TEST_CASE("a mail is found by its place and by its bytes") {
  tests::Store store;
  auto& ledger = store.writer().ledger();
  REQUIRE(store.writer().begin());
  const auto run = ledger.begin_run("import", 5).value();
  const auto id = ledger.add_mail(place, entry(), run, "1", 5).value();
  const auto same = ledger.find(place, entry().sha256, "1").value();
  REQUIRE(same);
  CHECK(same->id == id);
  CHECK(same->same_place);
  CHECK(same->parser == "1");
  auto elsewhere = place;
  elsewhere.position = "200";
  const auto other = ledger.find(elsewhere, entry().sha256, "1").value();
  REQUIRE(other);
  CHECK(other->id == id);
  CHECK_FALSE(other->same_place);
  CHECK_FALSE(ledger.find(place, entry('b').sha256, "1").value());
  REQUIRE(store.writer().commit());
}

TEST_CASE("a mail seen again stays one row") {
  tests::Store store;
  auto& ledger = store.writer().ledger();
  REQUIRE(store.writer().begin());
  const auto id = ledger.add_mail(place, entry(), ledger.begin_run("import", 5).value(), "1", 5).value();
  REQUIRE(ledger.see_again(id, ledger.begin_run("import", 6).value(), "2"));
  REQUIRE(store.writer().commit());
  CHECK(store.number("SELECT run_id FROM mail") == 1);
  CHECK(store.number("SELECT last_run_id FROM mail") == 2);
  CHECK(store.number("SELECT count(*) FROM mail") == 1);
  CHECK(store.number("SELECT seen FROM mail") == 2);
  CHECK(store.text("SELECT parser FROM mail") == "2");
  CHECK(store.number("SELECT message_id IS NULL FROM mail") == 1);
  CHECK(store.number("SELECT date FROM mail") == 1'790'000'000);
}

TEST_CASE("outcomes come back in their order") {
  tests::Store store;
  auto& ledger = store.writer().ledger();
  REQUIRE(store.writer().begin());
  const auto id = ledger.add_mail(place, entry(), ledger.begin_run("import", 5).value(), "1", 5).value();
  REQUIRE(ledger.set_attachments(id, {{"old", 0, {}, Outcome::ignored, "not_a_report", {}, {}}}));
  REQUIRE(ledger.set_attachments(
      id, {{"a", 0, {}, Outcome::ignored, "not_a_report", {}, {}}, {"b", 1, {}, Outcome::quarantined, "crc", {}, {}}}));
  REQUIRE(store.writer().commit());
  const auto read = ledger.attachments(id).value();
  REQUIRE(read.size() == 2);
  CHECK(read[0].name == "a");
  CHECK(read[0].outcome == Outcome::ignored);
  CHECK(read[1].code == "crc");
  CHECK(read[1].document == 1);
}

TEST_CASE("a run that was cut off has no end") {
  tests::Store store;
  REQUIRE(store.writer().begin());
  const auto run = store.writer().ledger().begin_run("import", 5).value();
  schema::RunTotals totals;
  totals.mails = 3;
  totals.outcomes = {1, 2, 0, 0, 1};
  REQUIRE(store.writer().ledger().update_run(run, totals));
  CHECK(store.number("SELECT ended_at IS NULL FROM run") == 1);
  REQUIRE(store.writer().ledger().update_run(run, totals, {}, {54, 6}));
  CHECK(store.number("SELECT percent FROM run WHERE ended_at IS NULL") == 54);
  CHECK(store.number("SELECT mails_expected FROM run WHERE ended_at IS NULL") == 6);
  REQUIRE(store.writer().ledger().update_run(run, totals, schema::RunEnd{9}));
  REQUIRE(store.writer().commit());
  CHECK(store.number("SELECT ended_at FROM run WHERE percent IS NULL AND mails_expected IS NULL") == 9);
  CHECK(store.number("SELECT attachments FROM run") == 4);
}

TEST_CASE("the same failure twice is one, tried twice, and the decision about it stays") {
  tests::Store store;
  auto& failures = store.writer().failures();
  REQUIRE(store.writer().begin());
  const auto original = store.writer().originals().keep("broken").value();
  const auto id = failures.add(failure(original), 10).value();
  REQUIRE(failures.decide(id, FailureState::ignored, "known"));
  auto again = failure(original);
  again.code = "xml_malformed";
  again.position.reset();
  CHECK(failures.add(again, 20).value() == id);
  REQUIRE(store.writer().commit());
  CHECK(store.number("SELECT count(*) FROM failure") == 1);
  CHECK(store.number("SELECT tries FROM failure") == 2);
  CHECK(store.number("SELECT first_failed FROM failure") == 10);
  CHECK(store.number("SELECT last_tried FROM failure") == 20);
  CHECK(store.text("SELECT note FROM failure") == "known");
  const auto loaded = failures.load(id).value();
  CHECK(loaded.state == FailureState::ignored);
  CHECK(loaded.code == "xml_malformed");
  CHECK_FALSE(loaded.position);
  CHECK(failures.all(FailureState::open).value().empty());
  CHECK(failures.all(FailureState::ignored).value() == std::vector<std::int64_t>{id});
}

TEST_CASE("a failure that is not there is an error of whoever asked") {
  tests::Store store;
  CHECK(store.writer().failures().load(5).error().code == "not_found");
  CHECK(store.writer().failures().decide(5, FailureState::ignored, "").error().kind == schema::ErrorKind::malformed);
}
