// What could not be counted when there is no room for its bytes: told, counted in the ledger, and left where it lies.
#include "ingest/quarantine_room.h"

#include "ingest/decisions.h"
#include "ingest/ingester.h"
#include "ingest/quarantine_room.h"
#include "tests/support/catch.h"
#include "tests/support/check_ledger.h"
#include "tests/support/fake_mail.h"
#include "tests/support/store.h"

using ingest::Ingester;
using ingest::IngestSettings;

namespace {

IngestSettings room_for(std::size_t originals) {
  IngestSettings settings;
  settings.limits.quarantine_originals = originals;
  return settings;
}

const std::vector<std::string> broken{"mail\nbroken xml_malformed a\n", "mail\nreport b\n",
                                      "mail\nbroken xml_malformed c\n"};

void read(tests::Store& store, const std::string& kind, std::size_t room,
          const std::vector<std::string>& mails = broken) {
  tests::FakeMailbox mailbox(mails);
  mailbox.kind = kind;
  const auto totals = Ingester(store.writer(), room_for(room), tests::FakeReader()).ingest(mailbox, "fetch");
  REQUIRE(totals);
  CHECK(totals->unread == 0);
  CHECK(mailbox.done.size() == mails.size());
  tests::check_ledger(store);
}

std::int64_t kept(tests::Store& store) {
  return store.number("SELECT count(*) FROM original JOIN failure ON original_id = original.id WHERE encoding <> 2");
}

std::int64_t told_as_left(tests::Store& store) {
  return store.number(
      "SELECT count(*) FROM failure WHERE detail LIKE 'It is broken. Its bytes are left in the mailbox%'");
}

}  // namespace

TEST_CASE("beyond the room the bytes stay in a mailbox on a server, and the failure says so") {
  for (const char* const kind : {"imap", "pop3"}) {
    tests::Store store;
    read(store, kind, 1);
    CHECK(store.number("SELECT count(*) FROM failure WHERE state = 'open'") == 2);
    CHECK(store.number("SELECT count(*) FROM report") == 1);
    CHECK(kept(store) == 1);
    CHECK(told_as_left(store) == 1);
    const auto left = store.number("SELECT original_id FROM failure WHERE detail LIKE '%left in the mailbox%'");
    CHECK(schema::load_original(store.database(), left).error().code == "original_not_kept");
    CHECK(store.number("SELECT bytes FROM original WHERE id = " + std::to_string(left)) == 22);
  }
}

TEST_CASE("what nobody else has is kept in any case") {
  for (const char* const kind : {"upload", "lmtp", "stdin", "mbox", "maildir", "file"}) {
    CAPTURE(kind);
    tests::Store store;
    read(store, kind, 1);
    CHECK(kept(store) == 2);
    CHECK(told_as_left(store) == 0);
  }
}

TEST_CASE("a mail that comes again is kept when there is room for it now") {
  tests::Store store;
  read(store, "imap", 1);
  read(store, "imap", 1);
  CHECK(kept(store) == 1);
  read(store, "imap", 2);
  CHECK(kept(store) == 2);
  CHECK(told_as_left(store) == 0);
  CHECK(store.number("SELECT count(*) FROM failure") == 2);
}

TEST_CASE("what was resolved makes room, in the next run") {
  tests::Store store;
  read(store, "imap", 1);
  REQUIRE(store.writer().begin());
  const auto first = store.number(
      "SELECT failure.id FROM failure JOIN original ON original_id = original.id "
      "WHERE encoding <> 2");
  REQUIRE(store.writer().failures().decide(first, schema::FailureState::resolved, ""));
  REQUIRE(store.writer().commit());
  CHECK(store.writer().failures().kept().value().originals == 0);
  read(store, "imap", 1, {"mail\nbroken xml_malformed d\n"});
  CHECK(store.writer().failures().kept().value().originals == 1);
  CHECK(store.writer().failures().kept().value().bytes == 22);
}

TEST_CASE("one sender does not take the room of others, and has some again on the next day") {
  tests::Store store;
  std::int64_t now = 1'790'000'000;
  const auto left = [&](const std::vector<std::string>& mails) {
    tests::FakeMailbox mailbox(mails, "box" + std::to_string(now) + mails.front());
    mailbox.kind = "imap";
    IngestSettings settings;
    settings.limits.quarantine_daily = 2;
    settings.now = [&now] { return now; };
    REQUIRE(Ingester(store.writer(), settings, tests::FakeReader()).ingest(mailbox, "fetch"));
    tests::check_ledger(store);
    return told_as_left(store);
  };
  const auto mail = [](const std::string& from, const std::string& id) {
    return "mail\nfrom " + from + "\nbroken xml_malformed " + id + "\n";
  };
  CHECK(left({mail("Evil <x@EVIL.example>", "a"), mail("y@evil.example", "b"), mail("z@evil.example", "c"),
              mail("good@other.example", "d"), "mail\nbroken xml_malformed e\n", "mail\nbroken xml_malformed f\n"}) ==
        1);
  CHECK(left({mail("y@evil.example", "g"), mail("good@other.example", "h")}) == 2);
  now += 86400;
  CHECK(left({mail("y@evil.example", "i")}) == 2);
}

TEST_CASE("a sender is known by the domain of the From header") {
  CHECK(ingest::sender_domain("Reports <noreply@Mail.Example>") == "mail.example");
  CHECK(ingest::sender_domain("a@b.example") == "b.example");
  CHECK(ingest::sender_domain("\"a@b\" <c@d.example>, e@f.example") == "f.example");
  CHECK(ingest::sender_domain("nobody").empty());
  CHECK(ingest::sender_domain("").empty());
  CHECK(ingest::sender_domain("a@").empty());
}
