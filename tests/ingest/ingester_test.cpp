#include "ingest/ingester.h"

#include <random>
#include <set>

#include "schema/runs.h"
#include "tests/support/catch.h"
#include "tests/support/check_ledger.h"
#include "tests/support/fake_mail.h"
#include "tests/support/store.h"

using ingest::Fate;
using ingest::IngestSettings;
using ingest::IngestTotals;
using ingest::IngestWatch;
using schema::Outcome;
using tests::check_ledger;
using tests::FakeMailbox;
using tests::FakeReader;
using tests::Store;
using Strings = std::vector<std::string>;

namespace {

constexpr auto counted_tables = "report record daily daily_source sighting failure attachment original";

IngestTotals ingest_all(Store& store, FakeMailbox& mailbox, const IngestSettings& settings = {},
                        const FakeReader& reader = {}, const IngestWatch& watch = {}) {
  const auto totals = ingest::Ingester(store.writer(), settings, reader).ingest(mailbox, "import", watch);
  REQUIRE(totals);
  return *totals;
}

IngestTotals ingest_all(Store& store, Strings mails, const IngestSettings& settings = {},
                        const FakeReader& reader = {}) {
  FakeMailbox mailbox(std::move(mails));
  return ingest_all(store, mailbox, settings, reader);
}

}  // namespace

TEST_CASE("every document has its own outcome, and the sums add up") {
  Store store;
  FakeMailbox mailbox({"mail\nreport a\n", "mail\nreport a\n ", "mail\nreport a 11\n", "mail\nbroken crc b\nreport c\n",
                       "mail\n", "report d\n", "mail\nzip e - f\n", "mail\nrefuse mime_depth\n", "too large"});
  const auto totals = ingest_all(store, mailbox);
  CHECK(totals.mails == 9);
  CHECK(totals.of(Outcome::stored) == 5);
  CHECK(totals.of(Outcome::duplicate) == 1);
  CHECK(totals.of(Outcome::conflict) == 1);
  CHECK(totals.of(Outcome::quarantined) == 4);
  CHECK(totals.of(Outcome::ignored) == 1);
  CHECK(totals.attachments() == 12);
  CHECK(totals.records == 10);
  CHECK(totals.messages == 60);
  CHECK(store.number("SELECT count(*) FROM mail") == 9);
  CHECK(store.number("SELECT count(*) FROM attachment") == 12);
  CHECK(store.number("SELECT count(*) FROM failure WHERE state = 'open'") == 5);
  CHECK(store.number("SELECT rival_id FROM failure WHERE code = 'conflict'") ==
        store.number("SELECT id FROM report WHERE report_id = 'a'"));
  CHECK(store.number("SELECT count(*) FROM sighting") == 1);
  CHECK(store.number("SELECT bytes FROM original JOIN failure ON original_id = original.id "
                     "WHERE code = 'mail_too_large'") == 99'000'000);
  CHECK(store.text("SELECT excerpt FROM failure WHERE code = 'crc'") == "<broken");
  CHECK(store.number("SELECT line * 100 + column_ * 10 + byte FROM failure WHERE code = 'crc'") == 123);
  CHECK(store.text("SELECT kind FROM mail WHERE position = '5'") == "file");
  CHECK(store.text("SELECT kind FROM mail WHERE position = '4'") == "other");
  CHECK(mailbox.fates == std::vector<Fate>{Fate::done, Fate::done, Fate::failed, Fate::failed, Fate::other, Fate::done,
                                           Fate::failed, Fate::failed, Fate::failed});
  check_ledger(store);
}

TEST_CASE("reading the same place again changes nothing but how often it was seen") {
  Store store;
  const Strings mails{"mail\nreport a\n", "mail\nreport a 11\n", "mail\nbroken crc b\n",
                      "mail\n",           "mail\nzip c c\n",     "mail\nrefuse mime_depth\n"};
  ingest_all(store, mails);
  const auto before = store.dump(counted_tables);
  FakeReader reader;
  const auto again = ingest_all(store, mails, {}, reader);
  CHECK(store.dump(counted_tables) == before);
  CHECK(*reader.calls == 0);  // nothing needed to be read
  CHECK(again.mails == 6);
  CHECK(again.of(Outcome::stored) == 0);
  CHECK(again.of(Outcome::duplicate) == 3);
  CHECK(again.of(Outcome::conflict) == 1);
  CHECK(again.of(Outcome::quarantined) == 2);
  CHECK(again.of(Outcome::ignored) == 1);
  CHECK(again.records == 0);
  CHECK(again.messages == 0);
  CHECK(store.number("SELECT min(seen) * 10 + max(seen) FROM mail") == 22);
  check_ledger(store);
}

TEST_CASE("the same bytes elsewhere are a sighting, not another report or failure") {
  Store store;
  const Strings mails{"mail\nreport a\nbroken crc b\n", "mail\n"};
  ingest_all(store, mails);
  FakeMailbox copy(mails, "another box");
  FakeReader reader;
  const auto again = ingest_all(store, copy, {}, reader);
  CHECK(*reader.calls == 0);
  CHECK(again.of(Outcome::duplicate) == 1);
  CHECK(again.of(Outcome::quarantined) == 1);
  CHECK(again.of(Outcome::ignored) == 1);
  CHECK(store.number("SELECT count(*) FROM mail") == 4);
  CHECK(store.number("SELECT count(*) FROM report") == 1);
  CHECK(store.number("SELECT count(*) FROM failure") == 1);
  CHECK(store.number("SELECT tries FROM failure") == 1);
  CHECK(store.number("SELECT count(*) FROM sighting") == 1);
  check_ledger(store);
}

TEST_CASE("a mail that was read by another parser is read again, and may come to more") {
  Store store;
  const Strings mails{"mail\nreport a\nbroken crc b\n", "mail\nzip c - c\n", "mail\nbroken crc b\n"};
  ingest_all(store, mails);
  IngestSettings newer;
  newer.parser = "2";
  const auto again = ingest_all(store, mails, newer, FakeReader{true});
  CHECK(again.of(Outcome::stored) == 1);
  CHECK(again.of(Outcome::duplicate) == 4);
  CHECK(again.of(Outcome::quarantined) == 1);
  CHECK(store.number("SELECT count(*) FROM report") == 3);
  CHECK(store.number("SELECT count(*) FROM mail") == 3);
  CHECK(store.number("SELECT count(*) FROM failure WHERE code = 'crc' AND state = 'resolved'") == 1);
  CHECK(store.number("SELECT count(*) FROM failure WHERE state = 'open'") == 1);
  check_ledger(store);
  const auto before = store.dump(counted_tables);
  ingest_all(store, mails, newer, FakeReader{true});
  CHECK(store.dump(counted_tables) == before);
}

TEST_CASE("a parser that has become stricter takes nothing away") {
  Store store;
  ingest_all(store, {"mail\nbroken crc b\n"}, {}, FakeReader{true});
  IngestSettings newer;
  newer.parser = "2";
  const auto again = ingest_all(store, {"mail\nbroken crc b\n"}, newer, FakeReader{false});
  CHECK(again.of(Outcome::duplicate) == 1);
  CHECK(store.number("SELECT count(*) FROM report") == 1);
  check_ledger(store);
}

TEST_CASE("reports about other domains are quarantined when there is a list") {
  Store store;
  const Strings mails{"mail\nreport a 1 example.com\n", "mail\nreport b 1 mail.example.com\n",
                      "mail\nreport c 1 notexample.com\n", "mail\nreport d 1 example.org\n"};
  IngestSettings settings;
  settings.domains = {"Example.COM."};
  const auto totals = ingest_all(store, mails, settings);
  CHECK(totals.of(Outcome::stored) == 2);
  CHECK(totals.of(Outcome::quarantined) == 2);
  CHECK(store.number("SELECT count(*) FROM failure WHERE code = 'unknown_domain'") == 2);
  check_ledger(store);
  SECTION("and stored once the list has grown") {
    settings.domains = {};
    CHECK(ingest_all(store, mails, settings).of(Outcome::stored) == 2);
    CHECK(store.number("SELECT count(*) FROM failure WHERE state = 'resolved'") == 2);
    check_ledger(store);
  }
}

TEST_CASE("what our own mail server says of a mail is kept, and decides only when it is to") {
  const auto trust = GENERATE(false, true);
  Store store;
  IngestSettings settings;
  settings.trusted_authserv_id = "mx.example.com";
  settings.trust_authentication_results = trust;
  const auto totals = ingest_all(
      store,
      {"mail\nauth mx.example.com; dmarc=pass header.from=r.example\nreport a\n",
       "mail\nauth mx.example.com; dmarc=fail header.from=r.example\nauth mx.example.com; dmarc=pass\nreport b\n",
       "mail\nauth evil.example; dmarc=pass\nreport c\n", "mail\nreport d\n"},
      settings);
  CHECK(totals.of(Outcome::quarantined) == (trust ? 1 : 0));
  CHECK(store.text("SELECT authenticity FROM report WHERE report_id = 'a'") == "pass");
  CHECK(store.text("SELECT authenticity FROM report WHERE report_id = 'c'") == "unverified");
  CHECK(store.text("SELECT authenticity FROM report WHERE report_id = 'd'") == "unverified");
  CHECK(store.text("SELECT authenticity FROM mail WHERE position = '1'") == "fail");
  CHECK(store.text("SELECT authenticity FROM report WHERE report_id = 'b'") == (trust ? "" : "fail"));
  check_ledger(store);
}

TEST_CASE("originals of reports are kept, or are not") {
  const auto keep = GENERATE(true, false);
  Store store;
  IngestSettings settings;
  settings.keep_originals = keep;
  ingest_all(store, {"mail\nreport a\nbroken crc b\n"}, settings);
  CHECK(store.number("SELECT count(*) FROM original") == (keep ? 2 : 1));
  CHECK(store.number("SELECT count(*) FROM report WHERE original_id IS NOT NULL") == (keep ? 1 : 0));
}

TEST_CASE("a message is acknowledged only when its outcome can be seen by others") {
  Store store;
  Strings mails;
  for (int i = 0; i < 2050; ++i) mails.push_back("mail\nreport " + std::to_string(i) + "\n");
  FakeMailbox mailbox(mails);
  auto reader = schema::Database::open_reader(store.path());
  REQUIRE(reader);
  std::int64_t least = -1;
  mailbox.on_done = [&](const ingest::Message& message) {
    const auto seen = reader->integer("SELECT count(*) FROM mail WHERE position = ?", message.position);
    REQUIRE(seen);
    least = least < 0 ? **seen : std::min(least, **seen);
  };
  ingest_all(store, mailbox);
  CHECK(least == 1);
  CHECK(mailbox.done.size() == 2050);
  CHECK(mailbox.done[2049] == "2049");
  CHECK(store.number("SELECT value FROM state WHERE name = 'generation'") >= 3);
}

TEST_CASE("a message that cannot be had does not stop the mailbox") {
  Store store;
  FakeMailbox mailbox({"mail\nreport a\n", "unreadable", "mail\nreport b\n"});
  std::vector<std::string> unread;
  IngestWatch watch;
  watch.unread = [&](const schema::Error& error) { unread.push_back(error.code); };
  const auto totals = ingest_all(store, mailbox, {}, {}, watch);
  CHECK(totals.of(Outcome::stored) == 2);
  CHECK(totals.mails == 2);
  CHECK(totals.unread == 1);
  CHECK(unread == Strings{"cannot_open"});
}

TEST_CASE("stopping commits what was written, and going on loses and doubles nothing") {
  Store store;
  Strings mails;
  for (int i = 0; i < 500; ++i) mails.push_back("mail\nreport " + std::to_string(i) + "\n");
  std::atomic<bool> stop = false;
  IngestWatch watch;
  watch.stop = &stop;
  FakeMailbox mailbox(mails);
  mailbox.on_next = [&](std::size_t position) { stop = position == 140; };
  const auto first = ingest_all(store, mailbox, {}, {}, watch);
  CHECK(first.stopped);
  CHECK(first.mails < 500);
  CHECK(first.mails == static_cast<std::int64_t>(mailbox.done.size()));
  CHECK(store.number("SELECT count(*) FROM report") == first.of(Outcome::stored));
  const auto second = ingest_all(store, mails);
  CHECK(first.of(Outcome::stored) + second.of(Outcome::stored) == 500);
  check_ledger(store);
}

TEST_CASE("who asks for the end of a run by way of the database is heard at the next commit") {
  Store store;
  Strings mails;
  for (int i = 0; i < 500; ++i) mails.push_back("mail\nreport " + std::to_string(i) + "\n");
  IngestWatch watch;
  int commits = 0;
  watch.progress = [&](const ingest::Progress&, const IngestTotals& totals) {
    if (++commits > 1) return;
    auto beside = std::move(schema::Database::open_beside_writer(store.path()).value());
    REQUIRE(schema::ask_to_stop(beside, totals.run_id, 7));
  };
  FakeMailbox mailbox(mails);
  const auto first = ingest_all(store, mailbox, {}, {}, watch);
  CHECK(first.stopped);
  CHECK(first.stop_asked);
  CHECK(commits == 2);  // and its end
  CHECK(first.mails == static_cast<std::int64_t>(mailbox.done.size()));
  CHECK(store.number("SELECT count(*) FROM report") == first.of(Outcome::stored));
  CHECK(store.number("SELECT stopped FROM run WHERE ended_at IS NOT NULL") == 1);
  // Another run is another matter.
  const auto second = ingest_all(store, mails);
  CHECK_FALSE(second.stopped);
  CHECK(first.of(Outcome::stored) + second.of(Outcome::stored) == 500);
  check_ledger(store);
}

TEST_CASE("a run that was asked to end when nothing was left has not been stopped") {
  Store store;
  IngestWatch watch;
  std::atomic<bool> stop = false;
  watch.stop = &stop;
  watch.timed = [&](std::string_view step, double) { stop = stop || step == "store"; };
  FakeMailbox mailbox({"mail\nreport a\n"});
  const auto totals = ingest_all(store, mailbox, {}, {}, watch);
  CHECK(totals.of(Outcome::stored) == 1);
  CHECK_FALSE(totals.stopped);
}

TEST_CASE("a full disk stops the run, and loses nothing that was acknowledged") {
  Store store;
  Strings mails;
  for (int i = 0; i < 300; ++i) {
    mails.push_back("mail\nreport " + std::to_string(i) + std::string(2000, ' ') + "\n");
  }
  const auto pages = store.number("PRAGMA page_count") + 30;
  REQUIRE(store.database().execute("PRAGMA max_page_count = " + std::to_string(pages)));
  FakeMailbox mailbox(mails);
  IngestSettings settings;
  const auto stopped = ingest::Ingester(store.writer(), settings, FakeReader()).ingest(mailbox, "import");
  REQUIRE_FALSE(stopped);
  CHECK(stopped.error().code == "disk_full");
  CHECK(stopped.error().kind == schema::ErrorKind::unavailable);
  CHECK(mailbox.done.size() < 300);
  CHECK(store.number("SELECT count(*) FROM report") == static_cast<std::int64_t>(mailbox.done.size()));
  check_ledger(store);
  REQUIRE(store.database().execute("PRAGMA max_page_count = 100000"));
  ingest_all(store, mails);
  CHECK(store.number("SELECT count(*) FROM report") == 300);
  check_ledger(store);
}

TEST_CASE("a mail that the database will not take is put aside, and its neighbours are stored") {
  Store store;
  REQUIRE(store.database().execute_script(
      "CREATE TRIGGER fault BEFORE INSERT ON report WHEN NEW.report_id = 'b' BEGIN SELECT raise(ABORT, 'fault'); END"));
  const auto totals = ingest_all(store, {"mail\nreport a\n", "mail\nreport b\n", "mail\nreport c\n"});
  CHECK(totals.of(Outcome::stored) == 2);
  CHECK(totals.of(Outcome::quarantined) == 1);
  CHECK(store.text("SELECT code FROM failure") == "worker_crash");
  CHECK(store.number("SELECT count(*) FROM record") == 4);
  check_ledger(store);
}

TEST_CASE("a run tells what it reads, and while it is under way how many mails it will have read") {
  Store store;
  Strings mails;
  for (int i = 0; i < 300; ++i) mails.push_back("mail\nreport " + std::to_string(i) + "\n");
  const auto expected_of = [&](std::size_t read_before) {
    std::set<std::int64_t> expected;
    IngestSettings settings;
    settings.resume = true;
    IngestWatch watch;
    watch.progress = [&](const auto&, const auto& totals) {
      const auto run = " FROM run WHERE id = " + std::to_string(totals.run_id);
      if (store.number("SELECT ended_at IS NULL" + run) == 1)
        expected.insert(store.number("SELECT mails_expected" + run));
      CHECK(store.text("SELECT origin" + run) == "2019.mbox +1");
    };
    FakeMailbox mailbox(Strings(mails.begin(), mails.begin() + static_cast<std::ptrdiff_t>(read_before)));
    ingest_all(store, mailbox);
    FakeMailbox all(mails);
    REQUIRE(ingest::Ingester(store.writer(), settings, FakeReader()).ingest(all, "import", watch, "2019.mbox +1"));
    return expected;
  };
  // What is passed over at the beginning is not read by this run.
  CHECK(expected_of(150) == std::set<std::int64_t>{150});
  CHECK(store.number("SELECT count(*) FROM run WHERE mails_expected IS NOT NULL") == 0);
  CHECK(store.number("SELECT mails FROM run ORDER BY id DESC") == 150);
}

TEST_CASE("each outcome is told after its commit") {
  Store store;
  FakeMailbox mailbox({"mail\nreport a\nbroken crc b\n", "mail\nreport a\n"});
  std::vector<ingest::DocumentOutcome> told;
  IngestWatch watch;
  watch.outcome = [&](const ingest::DocumentOutcome& outcome) { told.push_back(outcome); };
  ingest_all(store, mailbox, {}, {}, watch);
  REQUIRE(told.size() == 3);
  CHECK(told[0].origin == "box");
  CHECK(told[0].position == "0");
  CHECK(told[0].name == "a.xml");
  CHECK(told[0].outcome == Outcome::stored);
  CHECK(told[0].code.empty());
  CHECK(told[0].messages == 12);
  CHECK(told[1].code == "crc");
  CHECK(told[1].detail == "It is broken.");
  CHECK(told[1].failure_id);
  CHECK(told[2].outcome == Outcome::duplicate);
  CHECK(told[2].report_id == told[0].report_id);
}

TEST_CASE("mails in any order, cut off anywhere, count the same in the end") {
  const auto seed = GENERATE(range(1u, 7u));
  INFO("seed " << seed);
  std::mt19937 random(seed);
  Strings mails;
  for (int i = 0; i < 120; ++i) {
    const auto id = std::to_string(random() % 40);
    switch (random() % 5) {
      case 0:
        mails.push_back("mail\nbroken crc " + id + "\n");
        break;
      case 1:
        mails.push_back("mail\nzip " + id + " - " + std::to_string(random() % 40) + "\n");
        break;
      case 2:
        mails.push_back("report " + id + "\n");
        break;
      default:
        mails.push_back("mail\nreport " + id + "\nreport " + id + "\n");
        break;
    }
  }
  const auto sums = [](Store& store) {
    return std::array{store.number("SELECT count(*) FROM report"), store.number("SELECT sum(messages) FROM daily"),
                      store.number("SELECT sum(messages) FROM daily_source"),
                      store.number("SELECT count(*) FROM failure")};
  };
  Store straight;
  ingest_all(straight, mails);
  Store crooked;
  for (int pass = 0; pass < 4; ++pass) {
    std::ranges::shuffle(mails, random);
    FakeMailbox mailbox(mails, "box " + std::to_string(pass));
    std::atomic<bool> stop = false;
    IngestWatch watch;
    watch.stop = &stop;
    const auto end = pass == 3 ? mails.size() : random() % mails.size();
    mailbox.on_next = [&](std::size_t position) { stop = position == end; };
    IngestSettings settings;
    settings.readers = 1 + static_cast<int>(random() % 3);
    ingest_all(crooked, mailbox, settings, {}, watch);
    crooked.reopen();
  }
  CHECK(sums(crooked) == sums(straight));
  check_ledger(crooked);
}
