// What a mail costs that ends its reader: a try, and no more than two; its neighbours nothing.
#include <atomic>
#include <functional>
#include <memory>

#include "ingest/ingester.h"
#include "schema/sha256.h"
#include "tests/support/catch.h"
#include "tests/support/check_ledger.h"
#include "tests/support/fake_mail.h"
#include "tests/support/store.h"

using schema::Outcome;
using tests::check_ledger;
using tests::FakeMailbox;
using tests::FakeReader;
using tests::Store;
using Strings = std::vector<std::string>;

namespace {

// A reader whose process ends over "mail\ndie\n" so many times before it answers.
struct MortalReader {
  int deaths;
  std::function<void()> on_reading = [] {};
  std::shared_ptr<std::atomic<int>> calls = std::make_shared<std::atomic<int>>(0);

  ingest::PreparedReading operator()(std::string_view bytes, std::string_view name, const ingest::Limits& limits,
                                     std::int64_t now) const {
    if (bytes.find("die") == std::string_view::npos) return FakeReader()(bytes, name, limits, now);
    on_reading();
    if (++*calls > deaths) return FakeReader()("mail\nreport late\n", name, limits, now);
    ingest::PreparedReading reading;
    reading.refused = schema::Error{schema::ErrorKind::malformed, "cpu", "It took too long.", {}};
    reading.worker_died = true;
    return reading;
  }
};

constexpr auto dying_mails = {"mail\nreport a\n", "mail\ndie\n", "mail\nreport b\n"};

}  // namespace

TEST_CASE("a reader that throws costs one mail") {
  Store store;
  FakeMailbox mailbox({"mail\nreport a\n", "mail\nthrow\n", "mail\nreport c\n"});
  const ingest::MessageReader reader = [](auto bytes, auto name, const auto& limits, auto now) {
    if (bytes.find("throw") != std::string_view::npos) throw std::bad_alloc();
    return FakeReader()(bytes, name, limits, now);
  };
  const auto totals = ingest::Ingester(store.writer(), {}, reader).ingest(mailbox, "import");
  REQUIRE(totals);
  CHECK(totals->of(Outcome::stored) == 2);
  CHECK(store.text("SELECT code FROM failure") == "memory");
}

TEST_CASE("a mail that ends its reader once is read by another") {
  Store store;
  FakeMailbox mailbox(Strings(dying_mails.begin(), dying_mails.end()));
  const MortalReader reader{1};
  const auto totals = ingest::Ingester(store.writer(), {}, reader).ingest(mailbox, "import");
  REQUIRE(totals);
  CHECK(totals->of(Outcome::stored) == 3);
  CHECK(*reader.calls == 2);
  CHECK(store.number("SELECT count(*) FROM death") == 0);
  CHECK(mailbox.done.size() == 3);
  check_ledger(store);
}

TEST_CASE("a mail that ends its reader twice is put aside with the reason, and its neighbours are stored") {
  Store store;
  FakeMailbox mailbox(Strings(dying_mails.begin(), dying_mails.end()));
  MortalReader reader{9};
  // The first death is on disk before the second try: another process sees it.
  std::vector<std::int64_t> seen;
  reader.on_reading = [&] {
    auto other = schema::Database::open_reader(store.path());
    seen.push_back(other->integer("SELECT total(deaths) FROM death").value().value_or(-1));
  };
  const auto totals = ingest::Ingester(store.writer(), {}, reader).ingest(mailbox, "import");
  REQUIRE(totals);
  CHECK(totals->of(Outcome::stored) == 2);
  CHECK(totals->of(Outcome::quarantined) == 1);
  CHECK(*reader.calls == 2);
  CHECK(seen == std::vector<std::int64_t>{0, 1});
  CHECK(store.text("SELECT code FROM failure") == "cpu");
  CHECK(store.number("SELECT count(*) FROM death") == 0);
  CHECK(mailbox.done.size() == 3);
  check_ledger(store);
}

TEST_CASE("a mail that ended its reader before the program ended has one try left") {
  Store store;
  const std::string mail = "mail\ndie\n";
  REQUIRE(store.writer().begin());
  REQUIRE(store.writer().ledger().add_death(schema::sha256(mail), "memory", 1).value() == 1);
  REQUIRE(store.writer().commit());
  FakeMailbox mailbox({mail});
  const MortalReader reader{9};
  const auto totals = ingest::Ingester(store.writer(), {}, reader).ingest(mailbox, "import");
  REQUIRE(totals);
  CHECK(totals->of(Outcome::quarantined) == 1);
  CHECK(*reader.calls == 1);
  CHECK(store.number("SELECT count(*) FROM death") == 0);
}

TEST_CASE("when no reader can be had nothing is acknowledged, and no mail is to blame") {
  Store store;
  FakeMailbox mailbox({"mail\nreport a\n", "mail\nreport b\n"});
  const ingest::MessageReader reader = [](auto, auto, const auto&, auto) {
    ingest::PreparedReading reading;
    reading.refused = schema::Error{schema::ErrorKind::unavailable, "sandbox", "No process can be had.", {}};
    return reading;
  };
  const auto totals = ingest::Ingester(store.writer(), {}, reader).ingest(mailbox, "import");
  REQUIRE_FALSE(totals);
  CHECK(totals.error().code == "sandbox");
  CHECK(mailbox.done.empty());
  CHECK(store.number("SELECT count(*) FROM failure") == 0);
  CHECK(store.number("SELECT count(*) FROM mail") == 0);
}
