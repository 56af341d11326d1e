// The checks of conformance that concern which reports are the same, by number: the two reference documents, read and
// stored for real.
#include <ctime>

#include "ingest/ingester.h"
#include "ingest/message_reader.h"
#include "tests/support/catch.h"
#include "tests/support/check_ledger.h"
#include "tests/support/fake_mail.h"
#include "tests/support/reports.h"
#include "tests/support/store.h"

using namespace support;
using ingest::IngestTotals;
using schema::Outcome;
using tests::FakeMailbox;
using tests::Store;

namespace {

IngestTotals ingest_from(Store& store, const std::string& place, std::vector<std::string> files) {
  FakeMailbox mailbox(std::move(files), place);
  const auto totals = ingest::Ingester(store.writer(), {}, ingest::read_message).ingest(mailbox, "import");
  REQUIRE(totals);
  return *totals;
}

std::int64_t reports(Store& store) {
  return store.number("SELECT count(*) FROM report");
}

std::int64_t messages(Store& store) {
  return store.number("SELECT ifnull(sum(messages), 0) FROM daily");
}

}  // namespace

TEST_CASE("conformance 24: the same bytes from three places are one report seen three times") {
  Store store;
  const std::string xml = rfc7489_report();
  const auto first = ingest_from(store, "a mailbox", {xml, xml});
  CHECK(first.of(Outcome::stored) == 1);
  CHECK(first.of(Outcome::duplicate) == 1);
  CHECK(ingest_from(store, "an upload", {xml}).of(Outcome::duplicate) == 1);
  CHECK(reports(store) == 1);
  CHECK(messages(store) == 12);
  CHECK(store.number("SELECT count(*) + 1 FROM sighting") == 3);
  tests::check_ledger(store);
}

TEST_CASE("conformance 25: the same reporter and id for another period is another report") {
  Store store;
  std::string next = edited(rfc7489_report(), "<begin>1704067200</begin>", "<begin>1704153600</begin>");
  next = edited(next, "<end>1704153599</end>", "<end>1704239999</end>");
  CHECK(ingest_from(store, "a mailbox", {rfc7489_report(), next}).of(Outcome::stored) == 2);
  CHECK(reports(store) == 2);
  CHECK(messages(store) == 24);
}

TEST_CASE("conformance 26: other content under the same key is a conflict, and one of them counts") {
  Store store;
  const std::string other = edited(rfc7489_report(), "<count>12</count>", "<count>13</count>");
  const auto totals = ingest_from(store, "a mailbox", {rfc7489_report(), other});
  CHECK(totals.of(Outcome::stored) == 1);
  CHECK(totals.of(Outcome::conflict) == 1);
  CHECK(messages(store) == 12);
  CHECK(store.number("SELECT count(*) FROM failure WHERE code = 'conflict' AND state = 'open' AND rival_id = "
                     "(SELECT id FROM report)") == 1);
  tests::check_ledger(store);
}

TEST_CASE("conformance 27: brackets around an id are no part of it, another host is") {
  Store store;
  const auto with_id = [](const std::string& id) {
    return edited(rfc7489_report(), "<report_id>receiver.example.1704067200.42</report_id>",
                  "<report_id>" + id + "</report_id>");
  };
  const auto totals = ingest_from(store, "a mailbox", {with_id("&lt;a@b&gt;"), with_id("a@b"), with_id("a@c")});
  CHECK(totals.of(Outcome::stored) == 2);
  CHECK(totals.of(Outcome::duplicate) == 1);
  CHECK(reports(store) == 2);
}
