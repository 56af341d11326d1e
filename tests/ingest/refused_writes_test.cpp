// Whatever the database refuses in the middle of something, nothing half is left, and afterwards it goes on from there.
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "ingest/decisions.h"
#include "ingest/ingester.h"
#include "ingest/reparse.h"
#include "schema/check.h"
#include "schema/pruning.h"
#include "tests/support/catch.h"
#include "tests/support/check_ledger.h"
#include "tests/support/fake_mail.h"
#include "tests/support/store.h"

using namespace ingest;
using tests::FakeMailbox;
using tests::FakeReader;
using tests::Store;
using Strings = std::vector<std::string>;

namespace {

constexpr std::int64_t now = 1'795'200'000;
constexpr std::int64_t conflict = 1, broken = 2;  // failures of fill()

struct Action {
  std::string name;
  std::function<schema::Status(schema::Writer&)> run;
  // It says that all went well, and has put aside what was refused.
  bool puts_aside = false;
  bool prunes = false;  // the ledger tells more than is left then
};

template <typename T>
schema::Status status_of(const schema::Result<T>& result) {
  return result ? schema::Status() : schema::Status(schema::unexpected(result.error()));
}

IngestSettings at_noon() {
  IngestSettings settings;
  settings.now = [] { return now; };
  return settings;
}

schema::Status ingest_mails(schema::Writer& writer, Strings mails, const std::string& origin) {
  FakeMailbox mailbox(std::move(mails), origin);
  return status_of(Ingester(writer, at_noon(), FakeReader()).ingest(mailbox, "import"));
}

// What there is before: three reports, a conflict about one of them, failures that another parser would read.
void fill(Store& store) {
  REQUIRE(ingest_mails(store.writer(),
                       {"mail\nreport a\nreport b\n", "mail\nreport a 11\n", "mail\nbroken crc c\n",
                        "mail\nzip d - e\n", "mail\nreport a\n"},
                       "before"));
  REQUIRE(store.number("SELECT id FROM failure WHERE code = 'conflict'") == conflict);
  REQUIRE(store.number("SELECT id FROM failure WHERE code = 'crc'") == broken);
}

std::vector<Action> actions() {
  const auto resolving = [](Keep keep) {
    return [keep](schema::Writer& writer) { return resolve(writer, at_noon(), FakeReader(), conflict, keep); };
  };
  return {
      {"ingest",
       [](auto& writer) {
         return ingest_mails(writer,
                             {"mail\nreport f\nreport g 3 other.example\n", "mail\nreport b\n", "mail\nreport b 12\n",
                              "mail\nbroken crc h\n", "mail\n", "too large"},
                             "now");
       },
       true},
      {"retry", [](auto& writer) { return status_of(retry(writer, at_noon(), FakeReader{true}, broken)); }},
      {"retry in vain", [](auto& writer) { return status_of(retry(writer, at_noon(), FakeReader(), broken)); }},
      {"ignore", [](auto& writer) { return decide(writer, broken, schema::FailureState::ignored, "known"); }},
      {"keep the first", resolving(Keep::first)},
      {"keep the second", resolving(Keep::second)},
      {"read again",
       [](auto& writer) {
         return status_of(reparse(writer, at_noon(), FakeReader{true, 1}, false, [](const auto&) {}));
       }},
      {"prune",
       [](auto& writer) {
         return status_of(schema::prune_step(writer, {100'000, std::nullopt, false, now}));
       },
       false, true},
      {"prune to totals",
       [](auto& writer) {
         return status_of(schema::prune_step(writer, {100'000, std::nullopt, true, now}));
       },
       false, true},
  };
}

Strings tables_of(schema::Database& database) {
  Strings tables;
  auto rows = std::move(
      database.prepare("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'").value());
  while (rows.step().value()) tables.emplace_back(rows.text(0));
  return tables;
}

std::string joined(const Strings& words) {
  std::string all;
  for (const auto& word : words) all += (all.empty() ? "" : " ") + word;
  return all;
}

// A database that was filled once, over and over again.
class Before {
 public:
  Before() {
    fill(store_);
    tables_ = tables_of(store_.database());
    REQUIRE(store_.database().checkpoint_all());
    store_.close();
  }
  void put_into(Store& store) const {
    store.close();
    for (const auto* beside : {"-wal", "-shm"}) std::filesystem::remove(store.path() + beside);
    std::filesystem::copy_file(store_.path(), store.path(), std::filesystem::copy_options::overwrite_existing);
    store.reopen();
  }
  const Strings& tables() const { return tables_; }

 private:
  Store store_;
  Strings tables_;
};

const Strings verbs = {"INSERT", "UPDATE", "DELETE"};

// "INSERT report" and whatever else the action writes.
std::set<std::pair<std::string, std::string>> writes_of(const Action& action, const Before& before) {
  Store store;
  before.put_into(store);
  auto& database = store.database();
  REQUIRE(database.execute("CREATE TEMP TABLE written (verb TEXT, name TEXT)"));
  for (const auto& table : before.tables())
    for (const auto& verb : verbs)
      REQUIRE(database.execute("CREATE TEMP TRIGGER saw_" + verb + "_" + table + " AFTER " + verb + " ON main." +
                               table + " BEGIN INSERT INTO written VALUES ('" + verb + "', '" + table + "'); END"));
  REQUIRE(action.run(store.writer()));
  std::set<std::pair<std::string, std::string>> found;
  auto rows = std::move(database.prepare("SELECT DISTINCT verb, name FROM written").value());
  while (rows.step().value()) found.emplace(rows.text(0), rows.text(1));
  return found;
}

void check_whole(Store& store, const Action& action) {
  if (!action.prunes) tests::check_ledger(store);
  CHECK(schema::damage(store.database()).value() == Strings());
  CHECK(schema::contradictions(store.database()).value() == Strings());
}

// The action fails, everything is as it was, and the next time it comes to what it comes to undisturbed.
void check_refused(const Action& action, Store& store, const Strings& tables, const std::string& undisturbed,
                   const std::function<void(bool)>& fault) {
  const auto before = store.dump(joined(tables));
  fault(true);
  const auto refused = action.run(store.writer());
  CHECK_FALSE(store.writer().in_batch());
  fault(false);
  check_whole(store, action);
  if (action.puts_aside) return;
  if (!refused) CHECK(store.dump(joined(tables)) == before);
  REQUIRE(action.run(store.writer()));
  if (!refused) CHECK(store.dump(joined(tables)) == undisturbed);
}

}  // namespace

TEST_CASE("whichever row is refused, what was being done is not done by half") {
  const Before before;
  for (const auto& action : actions()) {
    std::string undisturbed;
    {
      Store store;
      before.put_into(store);
      REQUIRE(action.run(store.writer()));
      check_whole(store, action);
      undisturbed = store.dump(joined(before.tables()));
    }
    const auto writes = writes_of(action, before);
    CHECK(writes.size() >= 1);
    for (const auto& [verb, table] : writes) {
      INFO(action.name << ": " << verb << " " << table);
      Store store;
      before.put_into(store);
      const auto fault = [&, verb = verb, table = table](bool on) {
        REQUIRE(store.database().execute(on ? "CREATE TEMP TRIGGER fault BEFORE " + verb + " ON main." + table +
                                                  " BEGIN SELECT raise(ABORT, 'fault'); END"
                                            : "DROP TRIGGER fault"));
      };
      check_refused(action, store, before.tables(), undisturbed, fault);
    }
  }
}

TEST_CASE("whichever table cannot be asked, what was being done is not done by half") {
  const Before before;
  for (const auto& action : actions()) {
    std::string undisturbed;
    {
      Store store;
      before.put_into(store);
      REQUIRE(action.run(store.writer()));
      undisturbed = store.dump(joined(before.tables()));
    }
    int refusals = 0;
    for (const auto& table : before.tables()) {
      INFO(action.name << " without " << table);
      Store store;
      before.put_into(store);
      const auto fault = [&, table = table](bool on) {
        const std::string away = table + "_away";
        REQUIRE(store.database().execute("ALTER TABLE " + (on ? table : away) + " RENAME TO " + (on ? away : table)));
      };
      const auto state = store.dump(joined(before.tables()));
      fault(true);
      const auto refused = action.run(store.writer());
      CHECK_FALSE(store.writer().in_batch());
      fault(false);
      check_whole(store, action);
      if (refused) continue;
      ++refusals;
      CHECK(refused.error().code == "sql");
      if (action.puts_aside) continue;
      CHECK(store.dump(joined(before.tables())) == state);
      REQUIRE(action.run(store.writer()));
      CHECK(store.dump(joined(before.tables())) == undisturbed);
    }
    CHECK(refusals > 0);
  }
}
