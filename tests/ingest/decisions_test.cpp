#include "ingest/decisions.h"

#include <thread>

#include "ingest/ingester.h"
#include "ingest/reparse.h"
#include "ingest/write_access.h"
#include "schema/runs.h"
#include "tests/support/catch.h"
#include "tests/support/check_ledger.h"
#include "tests/support/fake_mail.h"
#include "tests/support/store.h"

using ingest::IngestSettings;
using ingest::Keep;
using schema::FailureState;
using schema::Outcome;
using tests::check_ledger;
using tests::FakeMailbox;
using tests::FakeReader;
using tests::Store;
using Strings = std::vector<std::string>;

namespace {

constexpr auto all_tables =
    "report record daily daily_source sighting failure attachment original mail policy reporter domain";

void ingest_all(Store& store, Strings mails, const IngestSettings& settings = {}, const FakeReader& reader = {},
                const std::string& origin = "box") {
  FakeMailbox mailbox(std::move(mails), origin);
  REQUIRE(ingest::Ingester(store.writer(), settings, reader).ingest(mailbox, "import"));
}

std::int64_t failure(Store& store, const std::string& code) {
  return store.number("SELECT id FROM failure WHERE code = '" + code + "'");
}

std::int64_t messages_of(Store& store, const std::string& report_id) {
  return store.number("SELECT messages FROM report WHERE report_id = '" + report_id + "'");
}

}  // namespace

TEST_CASE("a failure that can be read now is stored, once, whatever mails brought it") {
  Store store;
  ingest_all(store, {"mail\nreport a\nbroken crc b\n", "mail\nbroken crc b\n"});
  const auto id = failure(store, "crc");
  const auto again = ingest::retry(store.writer(), {}, FakeReader{true}, id);
  REQUIRE(again);
  CHECK(again->outcome == Outcome::stored);
  CHECK(again->origin == "box");
  CHECK(store.number("SELECT count(*) FROM report") == 2);
  CHECK(store.text("SELECT state FROM failure") == "resolved");
  CHECK(store.number("SELECT count(*) FROM sighting") == 1);
  CHECK(store.number("SELECT outcome FROM attachment WHERE mail_id = 2") == static_cast<int>(Outcome::duplicate));
  check_ledger(store);
  CHECK(ingest::retry(store.writer(), {}, FakeReader{true}, id).error().code == "wrong_state");
}

TEST_CASE("a failure that cannot be read now either stays, tried once more") {
  Store store;
  ingest_all(store, {"mail\nbroken crc b\n"});
  const auto again = ingest::retry(store.writer(), {}, FakeReader(), failure(store, "crc"));
  REQUIRE(again);
  CHECK(again->outcome == Outcome::quarantined);
  CHECK(again->code == "crc");
  CHECK(store.number("SELECT tries FROM failure") == 2);
  CHECK(store.text("SELECT state FROM failure") == "open");
  CHECK(ingest::retry(store.writer(), {}, FakeReader(), 99).error().code == "not_found");
  check_ledger(store);
}

TEST_CASE("a mail that could not be taken apart is, with all that is in it") {
  Store store;
  const Strings mails{"mail\nrefuse mime_depth\nreport a\nbroken crc b\n"};
  ingest_all(store, mails);
  ingest_all(store, mails, {}, {}, "another box");
  REQUIRE(store.number("SELECT count(*) FROM report") == 0);
  const auto again = ingest::retry(store.writer(), {}, FakeReader{true}, failure(store, "mime_depth"));
  REQUIRE(again);
  CHECK(again->outcome == Outcome::stored);
  CHECK(store.number("SELECT count(*) FROM report") == 2);
  CHECK(store.number("SELECT count(*) FROM attachment") == 4);
  CHECK(store.number("SELECT count(*) FROM failure WHERE state <> 'resolved'") == 0);
  check_ledger(store);
}

TEST_CASE("what our mail server refused is not let in by trying again, unless the setting is gone") {
  Store store;
  IngestSettings settings;
  settings.trusted_authserv_id = "mx.example.com";
  settings.trust_authentication_results = true;
  ingest_all(store, {"mail\nauth mx.example.com; dmarc=fail\nreport a\n"}, settings);
  const auto id = failure(store, "reporter_auth_fail");
  CHECK(ingest::retry(store.writer(), settings, FakeReader(), id)->code == "reporter_auth_fail");
  settings.trust_authentication_results = false;
  CHECK(ingest::retry(store.writer(), settings, FakeReader(), id)->outcome == Outcome::stored);
  CHECK(store.text("SELECT authenticity FROM report") == "fail");
  check_ledger(store);
}

TEST_CASE("a conflict settled for the first leaves it untouched, and is not asked about again") {
  Store store;
  const Strings mails{"mail\nreport a 10\n", "mail\nreport a 20\n"};
  ingest_all(store, mails);
  const auto before = store.dump("report record daily daily_source sighting attachment");
  REQUIRE(ingest::resolve(store.writer(), {}, FakeReader(), failure(store, "conflict"), Keep::first));
  CHECK(store.dump("report record daily daily_source sighting attachment") == before);
  CHECK(store.text("SELECT state FROM failure") == "resolved");
  ingest_all(store, mails, {}, {}, "another box");
  CHECK(store.number("SELECT count(*) FROM failure WHERE state <> 'resolved'") == 0);
  CHECK(messages_of(store, "a") == 12);
  check_ledger(store);
}

TEST_CASE("a conflict settled for the second counts it instead, under the number of the first") {
  const auto keep_originals = GENERATE(true, false);
  Store store;
  IngestSettings settings;
  settings.keep_originals = keep_originals;
  const Strings mails{"mail\nreport a 10\n", "mail\n\nreport a 10\n", "mail\nreport a 20\n", "mail\n\nreport a 20\n"};
  ingest_all(store, mails, settings);
  const auto report = store.number("SELECT id FROM report");
  REQUIRE(store.number("SELECT count(*) FROM failure") == 1);
  REQUIRE(ingest::resolve(store.writer(), settings, FakeReader(), failure(store, "conflict"), Keep::second));
  CHECK(store.number("SELECT id FROM report") == report);
  CHECK(messages_of(store, "a") == 22);
  CHECK(store.number("SELECT count(*) FROM record") == 2);
  CHECK(store.number("SELECT count(*) FROM attachment WHERE outcome = 2") == 2);
  CHECK(store.number("SELECT count(*) FROM sighting") == 1);
  CHECK(store.number("SELECT count(*) FROM failure WHERE state <> 'resolved'") == 0);
  if (keep_originals) check_ledger(store);
  CHECK(ingest::resolve(store.writer(), settings, FakeReader(), 1, Keep::second).error().code == "wrong_state");
  // The first, arriving again, is a conflict that is known.
  if (!keep_originals) return;
  ingest_all(store, mails, settings, {}, "another box");
  CHECK(store.number("SELECT count(*) FROM failure WHERE state <> 'resolved'") == 0);
  CHECK(messages_of(store, "a") == 22);
  check_ledger(store);
}

TEST_CASE("only a conflict can be settled") {
  Store store;
  ingest_all(store, {"mail\nbroken crc b\n"});
  CHECK(ingest::resolve(store.writer(), {}, FakeReader(), 1, Keep::first).error().code == "wrong_state");
  CHECK(ingest::resolve(store.writer(), {}, FakeReader(), 9, Keep::first).error().code == "not_found");
}

TEST_CASE("a failure can be ignored, with a note, and opened again") {
  Store store;
  ingest_all(store, {"mail\nbroken crc b\n"});
  REQUIRE(ingest::decide(store.writer(), 1, FailureState::ignored, "spam"));
  CHECK(store.text("SELECT state || ' ' || note FROM failure") == "ignored spam");
  REQUIRE(ingest::decide(store.writer(), 1, FailureState::open, ""));
  CHECK(store.text("SELECT state || ' ' || note FROM failure") == "open spam");
  CHECK(ingest::decide(store.writer(), 2, FailureState::open, "").error().code == "not_found");
}

TEST_CASE("reading everything again with the same parser finds nothing") {
  Store store;
  ingest_all(store, {"mail\nreport a\nbroken crc b\n", "mail\nreport a 20\n", "mail\nzip c - d\n",
                     "mail\nrefuse mime_depth\n", "mail\n"});
  const auto before = store.dump(all_tables);
  const auto totals =
      ingest::reparse(store.writer(), {}, FakeReader(), GENERATE(true, false), [](const ingest::Reparsed&) { FAIL(); });
  REQUIRE(totals);
  CHECK(totals->reports == 3);
  CHECK(totals->failures == 4);
  CHECK(totals->changed == 0);
  CHECK(store.dump(all_tables) == before);
}

TEST_CASE("reading everything again with a better parser replaces and cures, and once is enough") {
  Store store;
  ingest_all(store, {"mail\nreport a\nbroken crc b\n", "mail\nzip c - d\n", "mail\nrefuse mime_depth\nreport e\n"});
  IngestSettings newer;
  newer.parser = "2";
  FakeReader better{true};
  better.added = 5;
  const auto before = store.dump(all_tables);
  std::vector<ingest::Reparsed> told;
  const auto tell = [&](const ingest::Reparsed& change) { told.push_back(change); };

  const auto dry = ingest::reparse(store.writer(), newer, better, true, tell);
  REQUIRE(dry);
  CHECK(store.dump(all_tables) == before);
  CHECK(dry->changed == 5);
  REQUIRE(told.size() == 5);
  CHECK(told[0].differences == Strings{"messages: 12 -> 17", "pass_both: 10 -> 15"});

  const auto real = ingest::reparse(store.writer(), newer, better, false, tell);
  REQUIRE(real);
  CHECK(real->changed == 5);
  CHECK(messages_of(store, "a") == 17);
  CHECK(messages_of(store, "b") == 17);
  CHECK(messages_of(store, "e") == 17);
  CHECK(store.number("SELECT count(*) FROM report") == 5);
  CHECK(store.number("SELECT count(*) FROM failure WHERE state <> 'resolved'") == 1);
  check_ledger(store);

  const auto after = store.dump(all_tables);
  const auto twice = ingest::reparse(store.writer(), newer, better, false, tell);
  REQUIRE(twice);
  CHECK(twice->changed == 0);
  CHECK(store.dump(all_tables) == after);
}

TEST_CASE("what cannot be read any more stays as it is, and is told") {
  Store store;
  ingest_all(store, {"mail\nbroken crc b\n"}, {}, FakeReader{true});
  const auto before = store.dump(all_tables);
  std::vector<ingest::Reparsed> told;
  REQUIRE(ingest::reparse(store.writer(), {}, FakeReader(), false,
                          [&](const ingest::Reparsed& change) { told.push_back(change); }));
  REQUIRE(told.size() == 1);
  CHECK(told[0].kept);
  CHECK(store.dump(all_tables) == before);
}

TEST_CASE("uploads from several threads are each stored once") {
  Store store;
  store.close();
  ingest::WriteAccess access(store.path(), {}, FakeReader());
  std::vector<std::thread> threads;
  std::atomic<int> stored = 0, duplicates = 0, errors = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) {
        const auto uploaded = access.upload({{"a.xml", "report " + std::to_string(i)}, {"b.eml", "mail\n"}});
        if (!uploaded || uploaded->outcomes.size() != 2) {
          ++errors;
          continue;
        }
        if (uploaded->outcomes.front().outcome == Outcome::stored) ++stored;
        if (uploaded->outcomes.front().outcome == Outcome::duplicate) ++duplicates;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(errors == 0);
  CHECK(stored == 5);
  CHECK(duplicates == 15);
  store.reopen();
  CHECK(store.number("SELECT count(*) FROM mail") == 6);
  CHECK(store.text("SELECT kind FROM origin") == "upload");
  check_ledger(store);
}

TEST_CASE("an upload that is too large is quarantined, and one while another writes is told to come back") {
  Store store;
  IngestSettings settings;
  settings.limits.mail_bytes = 10;
  ingest::WriteAccess access(store.path(), settings, FakeReader(), std::chrono::milliseconds(0));
  CHECK(access.upload({{"a", "report a"}}).error().code == "locked");
  store.close();
  const auto uploaded = access.upload({{"a", "report a and more"}, {"b", "report b"}});
  REQUIRE(uploaded);
  const auto& outcomes = uploaded->outcomes;
  REQUIRE(outcomes.size() == 2);
  CHECK(outcomes[0].code == "mail_too_large");
  CHECK(outcomes[1].outcome == Outcome::stored);
  CHECK_FALSE(uploaded->stopped);
  CHECK(access.decide(*outcomes[0].failure_id, FailureState::ignored, "no"));
  CHECK(access.retry(99).error().code == "not_found");
}

TEST_CASE("an upload ends when somebody asks for it, and says so") {
  Store store;
  IngestSettings settings;
  const auto slowly = [](const auto&... what) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return FakeReader()(what...);
  };
  ingest::WriteAccess access(store.path(), settings, slowly);
  store.close();
  std::vector<ingest::UploadedFile> files;
  for (int i = 0; i < 1000; ++i) files.push_back({std::to_string(i), "report " + std::to_string(i)});
  std::atomic<bool> ended = false;
  std::thread asking([&] {
    auto beside = std::move(schema::Database::open_beside_writer(store.path()).value());
    for (bool asked = false; !asked && !ended;) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      auto transaction = schema::Transaction::begin(beside);
      asked = transaction && schema::ask_to_stop(beside, 1, 7) && transaction->commit();
    }
  });
  const auto uploaded = access.upload(std::move(files));
  ended = true;
  asking.join();
  REQUIRE(uploaded);
  CHECK(uploaded->stopped);
  CHECK(uploaded->outcomes.size() < 1000);
  store.reopen();
  CHECK(store.number("SELECT count(*) FROM report") == static_cast<std::int64_t>(uploaded->outcomes.size()));
  CHECK(store.number("SELECT stopped FROM run") == 1);
}

TEST_CASE("a mbox is uploaded as the mails in it, between other files, and stored once") {
  Store store;
  ingest::WriteAccess access(store.path(), {}, FakeReader(), std::chrono::milliseconds(0));
  store.close();
  const std::string separator = "From reporter@example.net Wed Nov 18 00:00:00 2026\n";
  const std::string mbox = separator + "Subject: a\n\nreport a\n\n" + separator + "Subject: b\n\nbroken crc b\n\n";
  for (const auto expected : {Outcome::stored, Outcome::duplicate}) {
    const auto uploaded =
        access.upload({{"first.xml", "report first"}, {"two.mbox", mbox}, {"last.xml", "report last"}});
    REQUIRE(uploaded);
    const auto& outcomes = uploaded->outcomes;
    REQUIRE(outcomes.size() == 4);
    for (const std::size_t stored : {0, 1, 3}) CHECK(outcomes[stored].outcome == expected);
    CHECK(outcomes[2].code == "crc");
  }
  store.reopen();
  CHECK(store.number("SELECT count(*) FROM report") == 3);
  CHECK(store.number("SELECT count(*) FROM mail") == 4);
  CHECK(store.number("SELECT count(*) FROM mail WHERE position LIKE 'two.mbox@%'") == 2);
}
