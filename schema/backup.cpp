#include "schema/backup.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string_view>
#include <unordered_set>

#include "schema/check.h"
#include "schema/files.h"
#include "schema/query.h"
#include "schema/sha256.h"

namespace schema {
namespace {

constexpr std::string_view unproved = ".backup.tmp";

// A file of ours that ends with this object; nobody takes it away while it is held.
class TemporaryFile {
 public:
  static Result<TemporaryFile> make(const std::string& path) {
    TemporaryFile made;
    made.fd_ = FileDescriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!made.fd_ && errno == EEXIST) return unavailable("locked", path + ": a backup to the same place is under way");
    if (!made.fd_) return unexpected(file_error(path, errno));
    made.path_ = path;
    if (::flock(made.fd_.get(), LOCK_EX | LOCK_NB) != 0) return unexpected(file_error(path, errno));
    return made;
  }
  TemporaryFile(TemporaryFile&& other) noexcept : path_(std::exchange(other.path_, {})), fd_(std::move(other.fd_)) {}
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  ~TemporaryFile() {
    if (path_.empty()) return;
    for (const auto* more : {"", "-journal", "-wal", "-shm"}) ::unlink((path_ + more).c_str());
  }
  const std::string& path() const { return path_; }
  Status become(const std::string& target) {
    if (auto synced = sync_file(path_); !synced) return synced;
    if (::rename(path_.c_str(), target.c_str()) != 0) return unexpected(file_error(target, errno));
    path_.clear();
    return sync_directory_of(target);
  }

 private:
  TemporaryFile() = default;
  std::string path_;
  FileDescriptor fd_;
};

// Each table with the number of its rows, and each day with what reports and roll-ups say of it: two databases with the
// same lines hold the same.
Result<std::vector<std::string>> contents(Database& database) {
  std::vector<std::string> tables, lines;
  auto read =
      each_row(database, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", [&](Statement& row) {
        tables.emplace_back(row.text(0));
        return true;
      });
  if (!read) return unexpected(std::move(read.error()));
  for (const auto& table : tables) {
    const auto rows = number(database, "SELECT count(*) FROM \"" + table + "\"");
    if (!rows) return unexpected(rows.error());
    lines.push_back(fmt::format("{} has {} rows", table, *rows));
  }
  for (const auto* sums : {"SELECT 'reports', day, count(*), sum(records), sum(messages) FROM report GROUP BY day",
                           "SELECT 'totals', day, count(*), sum(records), sum(messages) FROM daily GROUP BY day",
                           "SELECT name, 0, value, 0, 0 FROM state"}) {
    read = each_row(database, sums, [&](Statement& row) {
      lines.push_back(fmt::format("{} of day {}: {} rows, {} records, {} messages", row.text(0), row.integer(1),
                                  row.integer(2), row.integer(3), row.integer(4)));
      return true;
    });
    if (!read) return unexpected(std::move(read.error()));
  }
  return lines;
}

Status require_room(Database& database, const std::string& target) {
  const auto pages = number(database, "PRAGMA page_count"), page = number(database, "PRAGMA page_size");
  if (!pages || !page) return unexpected(pages ? page.error() : pages.error());
  const auto free = free_bytes(target);
  if (!free) return unexpected(free.error());
  const auto needed = static_cast<std::uint64_t>(*pages * *page);
  if (*free > needed) return {};
  return unavailable("disk_full",
                     fmt::format("{}: {} bytes are needed for a copy, {} are free", target, needed, *free));
}

bool is_same_file(const std::string& one, const std::string& other) {
  struct stat a {
  }, b{};
  return ::stat(one.c_str(), &a) == 0 && ::stat(other.c_str(), &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

// The copy, opened like any database: whole, and with these contents.
Status prove(const std::string& path, const std::vector<std::string>& expected, const BackupWatch& watch) {
  auto copy = Database::open_reader(path);
  if (!copy) return unexpected(std::move(copy.error()));
  copy->stop_when(watch.stop);
  const auto wrong = damage(*copy);
  if (!wrong) return unexpected(wrong.error());
  if (!wrong->empty()) return internal_error("backup_differs", "The copy is damaged: " + wrong->front());
  const auto found = contents(*copy);
  if (!found) return unexpected(found.error());
  for (std::size_t i = 0; i < std::max(found->size(), expected.size()); ++i) {
    const std::string is = i < found->size() ? (*found)[i] : "nothing",
                      was = i < expected.size() ? expected[i] : "nothing";
    if (is != was)
      return internal_error("backup_differs", fmt::format("The copy says '{}', the database '{}'", is, was));
  }
  return {};
}

}  // namespace

Result<Holdings> holdings(Database& database) {
  Holdings all;
  const auto version = number(database, "PRAGMA user_version");
  if (!version) return unexpected(version.error());
  all.version = *version;
  auto read = each_row(database, R"sql(
    SELECT (SELECT value FROM state WHERE name = 'generation'), (SELECT count(*) FROM report),
           (SELECT count(*) FROM record), (SELECT ifnull(sum(messages), 0) FROM report), (SELECT count(*) FROM mail),
           (SELECT count(*) FROM failure WHERE state = 'open'), (SELECT min(day) FROM report),
           (SELECT max(day) FROM report), (SELECT max(read_at) FROM mail))sql",
                       [&](Statement& row) {
                         all.generation = row.integer(0);
                         all.reports = row.integer(1);
                         all.records = row.integer(2);
                         all.messages = row.integer(3);
                         all.mails = row.integer(4);
                         all.failures_open = row.integer(5);
                         all.first_day = row.optional_integer(6);
                         all.last_day = row.optional_integer(7);
                         all.last_read_at = row.optional_integer(8);
                         return false;
                       });
  if (!read) return unexpected(std::move(read.error()));
  return all;
}

Result<Backup> make_backup(const std::string& path, const std::string& target, std::int64_t now,
                           const BackupWatch& watch) {
  for (const auto* more : {"", "-wal", "-shm", "-lock"})
    if (target == path + more || is_same_file(path + more, target))
      return malformed("usage", target + ": that is the database itself");
  auto source = Database::open_reader(path);
  if (!source) return unexpected(std::move(source.error()));
  remove_leftovers(target);
  if (auto room = require_room(*source, target); !room) return unexpected(std::move(room.error()));
  auto file = TemporaryFile::make(target + std::string(unproved));
  if (!file) return unexpected(std::move(file.error()));

  source->stop_when(watch.stop);
  Backup backup{target, now, 0, {}};
  std::vector<std::string> expected;
  {
    const auto moment = Transaction::begin_read(*source);
    if (!moment) return unexpected(moment.error());
    auto held = holdings(*source);
    if (!held) return unexpected(std::move(held.error()));
    backup.holdings = *held;
    auto lines = contents(*source);
    if (!lines) return unexpected(std::move(lines.error()));
    expected = std::move(*lines);
    std::int64_t pages = 0;
    auto copied = source->copy_to(file->path(), [&](std::int64_t done, std::int64_t all) {
      pages = all;
      watch.progress(done, 2 * all);
      return watch.stop == nullptr || !watch.stop->load();
    });
    if (!copied) return unexpected(std::move(copied.error()));
    watch.progress(pages, 2 * pages);
  }
  if (auto proved = prove(file->path(), expected, watch); !proved) return unexpected(std::move(proved.error()));
  struct stat status {};
  if (::stat(file->path().c_str(), &status) != 0) return unexpected(file_error(file->path(), errno));
  backup.bytes = status.st_size;
  watch.progress(1, 1);
  if (auto there = file->become(target); !there) return unexpected(std::move(there.error()));
  return backup;
}

Status record_backup(const std::string& path, const Backup& backup) {
  auto database = Database::open_beside_writer(path);
  if (!database) return unexpected(std::move(database.error()));
  auto transaction = Transaction::begin(*database);
  if (!transaction) return unexpected(std::move(transaction.error()));
  const auto& held = backup.holdings;
  auto noted = database->execute(
      "INSERT INTO backup (at, path, bytes, generation, version, reports, mails) VALUES (?, ?, ?, ?, ?, ?, ?)",
      backup.at, backup.path, backup.bytes, held.generation, held.version, held.reports, held.mails);
  if (!noted) return noted;
  return transaction->commit();
}

Result<std::optional<Backup>> last_backup(Database& database) {
  std::optional<Backup> last;
  auto read = each_row(
      database, "SELECT path, at, bytes, generation, version, reports, mails FROM backup ORDER BY id DESC LIMIT 1",
      [&](Statement& row) {
        last.emplace();
        last->path = row.text(0);
        last->at = row.integer(1);
        last->bytes = row.integer(2);
        last->holdings.generation = row.integer(3);
        last->holdings.version = row.integer(4);
        last->holdings.reports = row.integer(5);
        last->holdings.mails = row.integer(6);
        return false;
      });
  if (!read) return unexpected(std::move(read.error()));
  return last;
}

void remove_leftovers(const std::string& path) {
  const auto directory = directory_of(path);
  auto* entries = ::opendir(directory.c_str());
  if (entries == nullptr) return;
  while (const auto* entry = ::readdir(entries)) {
    const std::string_view name = entry->d_name;
    if (!name.ends_with(unproved)) continue;
    const auto file = directory + std::string(name);
    const FileDescriptor fd(::open(file.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
    if (!fd || ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) continue;
    for (const auto* more : {"", "-journal", "-wal", "-shm"}) ::unlink((file + more).c_str());
  }
  ::closedir(entries);
}

Result<Lacking> lacking(Database& database, Database& backup) {
  // Mails by their place and bytes, reports by their identity: as digests, since there may be millions.
  constexpr auto mails_sql = R"sql(
    SELECT origin.kind, origin.name, mail.position, hex(mail.sha256), 0
    FROM mail JOIN origin ON origin.id = mail.origin_id)sql";
  constexpr auto reports_sql = R"sql(
    SELECT domain.name, reporter.org_key || char(10) || reporter.email_key, report.report_id,
           report.begin_ || '-' || report.end_, messages
    FROM report JOIN domain ON domain.id = report.domain_id JOIN reporter ON reporter.id = report.reporter_id)sql";
  const auto digest = [](Statement& row) {
    Sha256 hash;
    for (int column = 0; column < 4; ++column) {
      hash.update(row.text(column));
      hash.update(std::string_view("\0", 1));
    }
    return hash.finish().substr(0, 16);
  };
  Lacking lacks;
  for (const bool reports : {false, true}) {
    const auto* sql = reports ? reports_sql : mails_sql;
    std::unordered_set<std::string> known;
    auto read = each_row(backup, sql, [&](Statement& row) {
      known.insert(digest(row));
      return true;
    });
    if (!read) return unexpected(std::move(read.error()));
    read = each_row(database, sql, [&](Statement& row) {
      if (known.contains(digest(row))) return true;
      ++(reports ? lacks.reports : lacks.mails);
      lacks.messages += row.integer(4);
      return true;
    });
    if (!read) return unexpected(std::move(read.error()));
  }
  return lacks;
}

}  // namespace schema
