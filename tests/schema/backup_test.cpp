#include "schema/backup.h"

#include <fcntl.h>
#include <sys/file.h>

#include <filesystem>
#include <fstream>

#include "schema/check.h"
#include "schema/files.h"
#include "schema/migrations.h"
#include "schema/upgrade.h"
#include "tests/support/catch.h"
#include "tests/support/make_report.h"
#include "tests/support/store.h"

using namespace schema;

namespace {

void add(tests::Store& store, const std::string& id) {
  auto report = tests::make_report(id);
  report.metadata.extra_contact_info.assign(1500, 'x');  // takes some room
  REQUIRE(store.writer().begin());
  const auto provenance = store.provenance();
  const auto added = store.writer().reports().add(PreparedReport(report), provenance);
  REQUIRE(added);
  REQUIRE(store.writer().ledger().set_attachments(provenance.mail_id,
                                                  {{"a", 0, {}, Outcome::stored, "", added->report_id, {}}}));
  REQUIRE(store.writer().commit());
}

}  // namespace

TEST_CASE("a backup holds what the database held when it began, whatever is written meanwhile") {
  tests::Store store;
  for (int i = 0; i < 700; ++i) add(store, std::to_string(i));
  tests::TemporaryDirectory directory;
  int steps = 0;
  BackupWatch watch;
  watch.progress = [&](std::int64_t, std::int64_t) {
    if (++steps <= 3) add(store, "meanwhile " + std::to_string(steps));
  };
  const auto made = make_backup(store.path(), directory / "copy", 7, watch);
  if (!made) FAIL(made.error().message);
  CHECK(steps >= 3);
  CHECK(made->holdings.reports == 700);
  CHECK(static_cast<std::uintmax_t>(made->bytes) == std::filesystem::file_size(directory / "copy"));
  REQUIRE(record_backup(store.path(), *made));
  const auto noted = last_backup(store.database());
  REQUIRE(noted);
  REQUIRE(*noted);
  CHECK(((*noted)->path == directory / "copy" && (*noted)->at == 7 && (*noted)->holdings.reports == 700));

  auto copy = Database::open_reader(directory / "copy");
  REQUIRE(copy);
  CHECK(damage(*copy)->empty());
  CHECK(contradictions(*copy)->empty());
  const auto lacks = lacking(store.database(), *copy);
  REQUIRE(lacks);
  CHECK((lacks->reports == 3 && lacks->mails == 3 && lacks->messages == 36));
  CHECK(lacking(*copy, store.database())->reports == 0);
  // Nothing but the backup is left.
  CHECK(std::distance(std::filesystem::directory_iterator(directory.path()), {}) == 1);
}

TEST_CASE("a backup that is stopped leaves what was there before, and nothing else") {
  tests::Store store;
  for (int i = 0; i < 700; ++i) add(store, std::to_string(i));
  tests::TemporaryDirectory directory;
  std::ofstream(directory / "copy") << "the one before";
  std::atomic<bool> stop = false;
  BackupWatch watch;
  watch.stop = &stop;
  watch.progress = [&](std::int64_t, std::int64_t) { stop = true; };
  const auto made = make_backup(store.path(), directory / "copy", 7, watch);
  REQUIRE_FALSE(made);
  CHECK(made.error().code == "interrupted");
  CHECK(std::filesystem::file_size(directory / "copy") == 14);
  CHECK(std::distance(std::filesystem::directory_iterator(directory.path()), {}) == 1);
}

TEST_CASE("the database is no place for its own backup") {
  tests::Store store;
  for (const auto* more : {"", "-wal", "-shm", "-lock"})
    CHECK(make_backup(store.path(), store.path() + more, 7).error().code == "usage");
}

TEST_CASE("what killed backups left is taken away, what is being made is not") {
  tests::TemporaryDirectory directory;
  std::ofstream(directory / "a.db.backup.tmp") << "left";
  std::ofstream(directory / "a.db.backup.tmp-journal") << "left";
  std::ofstream(directory / "held.backup.tmp") << "held";
  std::ofstream(directory / "other.tmp") << "not ours";
  const FileDescriptor held(::open((directory / "held.backup.tmp").c_str(), O_RDWR));
  REQUIRE(::flock(held.get(), LOCK_EX) == 0);
  remove_leftovers(directory / "a.db");
  CHECK_FALSE(std::filesystem::exists(directory / "a.db.backup.tmp"));
  CHECK_FALSE(std::filesystem::exists(directory / "a.db.backup.tmp-journal"));
  CHECK(std::filesystem::exists(directory / "held.backup.tmp"));
  CHECK(std::filesystem::exists(directory / "other.tmp"));
}

TEST_CASE("before a migration there is a backup, which is what the database was") {
  tests::TemporaryDirectory directory;
  const auto path = directory / "a.db";
  {
    auto database = Database::open_writer(path);
    REQUIRE(database);
    // As an earlier version of the program left it.
    REQUIRE(database->execute_script(std::string(migrations().front().sql)));
    REQUIRE(
        database->execute_script("PRAGMA application_id = 0x52646172; PRAGMA user_version = 1;"
                                 "INSERT INTO text VALUES (1, 'here')"));
    CHECK(needs_migration(*database).value());
  }
  for (int again = 0; again < 2; ++again) {
    auto database = Database::open_writer(path);
    const auto made = upgrade(*database);
    if (!made) FAIL(made.error().message);
    CHECK(made->has_value() == (again == 0));
    CHECK(require_current(*database));
    CHECK((*last_backup(*database))->path == backup_before_migration(path, 1));
    CHECK((*last_backup(*database))->holdings.version == 1);
  }
  auto backup = Database::open_reader(backup_before_migration(path, 1));
  REQUIRE(backup);
  CHECK(backup->integer("PRAGMA user_version")->value() == 1);
  CHECK(backup->integer("SELECT count(*) FROM text")->value() == 1);
}
