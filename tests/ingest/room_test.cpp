// Before anything is taken in, somebody is asked whether there is room (IngestSettings::has_room).
#include <string>
#include <vector>

#include "ingest/ingester.h"
#include "tests/support/catch.h"
#include "tests/support/check_ledger.h"
#include "tests/support/fake_mail.h"
#include "tests/support/store.h"

using tests::FakeMailbox;
using tests::Store;

namespace {

// More than one transaction takes, so that there is a moment between two.
constexpr int mails = 450;

FakeMailbox many_mails() {
  std::vector<std::string> texts;
  for (int i = 0; i < mails; ++i) texts.push_back("mail\nreport " + std::to_string(i) + "\n");
  return FakeMailbox(texts);
}

// There is room when it is asked for the first `times` times.
ingest::IngestSettings room_for(int times, int& asked) {
  ingest::IngestSettings settings;
  settings.has_room = [times, &asked]() -> schema::Status {
    if (++asked <= times) return {};
    return schema::unavailable("disk_low", "There is little room.");
  };
  return settings;
}

}  // namespace

TEST_CASE("without room nothing is fetched, and nothing written") {
  Store store;
  auto mailbox = many_mails();
  int asked = 0;
  const auto totals =
      ingest::Ingester(store.writer(), room_for(0, asked), tests::FakeReader()).ingest(mailbox, "import");
  REQUIRE_FALSE(totals);
  CHECK(totals.error().code == "disk_low");
  CHECK(asked == 1);
  CHECK(mailbox.progress().done == 0);
  CHECK(mailbox.done.empty());
  CHECK(store.number("SELECT (SELECT count(*) FROM mail) + (SELECT count(*) FROM run)") == 0);
}

TEST_CASE("where room ends between two transactions, what was read till then is stored and acknowledged") {
  Store store;
  auto mailbox = many_mails();
  int asked = 0;
  const auto stopped =
      ingest::Ingester(store.writer(), room_for(2, asked), tests::FakeReader()).ingest(mailbox, "import");
  REQUIRE_FALSE(stopped);
  CHECK(stopped.error().code == "disk_low");
  const auto stored = store.number("SELECT count(*) FROM report");
  CHECK(stored > 0);
  CHECK(stored < mails);
  CHECK(static_cast<std::int64_t>(mailbox.done.size()) == stored);
  tests::check_ledger(store);

  // With room again the rest follows, and nothing twice.
  auto again = many_mails();
  const auto totals =
      ingest::Ingester(store.writer(), room_for(1000000, asked), tests::FakeReader()).ingest(again, "import");
  REQUIRE(totals);
  CHECK(totals->of(schema::Outcome::stored) == mails - stored);
  CHECK(store.number("SELECT count(*) FROM report") == mails);
  tests::check_ledger(store);
}
