#include "schema/sqlite.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "schema/connection.h"
#include "schema/files.h"

namespace schema {
namespace {

// SQLite would create it readable for all; its -wal and -shm take over the mode of the file.
Status create_if_missing(const std::string& path) {
  const FileDescriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (fd) return sync_directory_of(path);
  if (errno == EEXIST) return {};
  return unexpected(file_error(path, errno));
}

int remember_wal_pages(void* connection, sqlite3*, const char*, int pages) {
  static_cast<detail::Connection*>(connection)->wal_pages = pages;
  return SQLITE_OK;
}

}  // namespace

Database::Database(std::unique_ptr<detail::Connection> connection) : connection_(std::move(connection)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open_writer(const std::string& path, std::chrono::milliseconds patience) {
  auto connection = std::make_unique<detail::Connection>();
  connection->path = path;
  auto lock = ProcessLock::take(writer_lock(path), path + ": another ruadar writes to it", patience);
  if (!lock) return unexpected(std::move(lock.error()));
  connection->lock = std::move(*lock);
  if (auto created = create_if_missing(path); !created) return unexpected(std::move(created.error()));
  if (auto opened = connection->open(SQLITE_OPEN_READWRITE); !opened) {
    return unexpected(std::move(opened.error()));
  }
  // FULL: what was acknowledged to a mailbox must survive a power cut. The log is moved by checkpoint_when_due().
  auto set_up = connection->script(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0; "
      "PRAGMA cache_size = -32768");
  if (!set_up) return unexpected(std::move(set_up.error()));
  sqlite3_wal_hook(connection->handle, remember_wal_pages, connection.get());
  Database database(std::move(connection));
  if (auto checked = database.check_when_in_doubt(); !checked) return unexpected(std::move(checked.error()));
  return database;
}

Result<Database> Database::open_beside_writer(const std::string& path) {
  auto connection = std::make_unique<detail::Connection>();
  connection->path = path;
  auto lock = ProcessLock::beside(writer_lock(path));
  if (!lock) return unexpected(std::move(lock.error()));
  connection->lock = std::move(*lock);
  if (auto opened = connection->open(SQLITE_OPEN_READWRITE); !opened) {
    return unexpected(std::move(opened.error()));
  }
  auto set_up = connection->script(
      "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -1024");
  if (!set_up) return unexpected(std::move(set_up.error()));
  sqlite3_wal_hook(connection->handle, remember_wal_pages, connection.get());
  return Database(std::move(connection));
}

Result<Database> Database::open_reader(const std::string& path) {
  auto connection = std::make_unique<detail::Connection>();
  connection->path = path;
  if (auto opened = connection->open(SQLITE_OPEN_READONLY); !opened) {
    return unexpected(std::move(opened.error()));
  }
  auto set_up = connection->script("PRAGMA query_only = ON; PRAGMA cache_size = -8192");
  if (!set_up) return unexpected(std::move(set_up.error()));
  return Database(std::move(connection));
}

Result<Database> Database::open_another() const {
  auto another = open_reader(connection_->path);
  if (!another) return another;
  another->set_deadline(connection_->deadline);
  another->stop_when(connection_->stop);
  return another;
}

Status Database::check_when_in_doubt() {
  if (!connection_->lock.in_doubt()) return {};
  auto found = prepare("PRAGMA quick_check(1)");
  if (!found) return unexpected(std::move(found.error()));
  const auto row = found->step();
  if (!row) return unexpected(row.error());
  if (found->text(0) != "ok") return internal_error("corrupt", fmt::format("{}: damaged: {}", path(), found->text(0)));
  connection_->lock.trust();
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  auto prepared = connection_->statements.take(sql);
  if (!prepared) {
    sqlite3_stmt* handle = nullptr;
    const int code = sqlite3_prepare_v3(connection_->handle, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    if (code != SQLITE_OK) return unexpected(connection_->error(code));
    prepared = std::make_unique<detail::PreparedStatement>(sql, handle);
  }
  return Statement(*connection_, std::move(prepared));
}

Status Database::execute_script(const std::string& sql) {
  return connection_->script(sql.c_str());
}

std::int64_t Database::last_insert_id() const {
  return sqlite3_last_insert_rowid(connection_->handle);
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(connection_->handle);
}

std::int64_t Database::total_changes() const {
  return sqlite3_total_changes64(connection_->handle);
}

void Database::set_deadline(std::optional<std::chrono::steady_clock::time_point> deadline) {
  connection_->deadline = deadline;
}

Status Database::checkpoint_when_due() {
  // Long enough that pages written by many batches move once; short enough to be read quickly.
  constexpr int due_pages = 4096;
  // Readers that follow one upon the other keep a passive checkpoint from starting the log over: wait for them.
  constexpr int overdue_pages = 4 * due_pages;
  if (connection_->wal_pages < due_pages) return {};
  const int mode = connection_->wal_pages < overdue_pages ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_RESTART;
  const int code = sqlite3_wal_checkpoint_v2(connection_->handle, nullptr, mode, nullptr, nullptr);
  if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) return unexpected(connection_->error(code));
  return {};
}

Status Database::checkpoint_all() {
  const int code =
      sqlite3_wal_checkpoint_v2(connection_->handle, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if (code != SQLITE_OK) return unexpected(connection_->error(code));
  connection_->wal_pages = 0;
  return {};
}

Status Database::copy_to(const std::string& target, const std::function<bool(std::int64_t, std::int64_t)>& step) {
  constexpr int pages_at_once = 256;
  detail::Connection copy;
  copy.path = target;
  if (auto opened = copy.open(SQLITE_OPEN_READWRITE); !opened) return opened;
  if (auto set_up = copy.script("PRAGMA synchronous = FULL"); !set_up) return set_up;
  auto* backup = sqlite3_backup_init(copy.handle, "main", connection_->handle, "main");
  if (backup == nullptr) return unexpected(copy.error(sqlite3_extended_errcode(copy.handle)));
  int code = SQLITE_OK;
  while (code == SQLITE_OK) {
    code = sqlite3_backup_step(backup, pages_at_once);
    const std::int64_t all = sqlite3_backup_pagecount(backup), left = sqlite3_backup_remaining(backup);
    if (code == SQLITE_OK && !step(all - left, all)) code = SQLITE_INTERRUPT;
  }
  sqlite3_backup_finish(backup);
  if (code == SQLITE_INTERRUPT) return unavailable("interrupted", fmt::format("{}: stopped", target));
  if (code != SQLITE_DONE) return unexpected(copy.error(code));
  // A file by itself: whoever reads it needs no log beside it.
  return copy.script("PRAGMA journal_mode = DELETE");
}

Status Database::vacuum() {
  // It goes by way of a database that SQLite attaches by itself.
  sqlite3_limit(connection_->handle, SQLITE_LIMIT_ATTACHED, 1);
  auto done = connection_->script("PRAGMA temp_store = FILE; VACUUM; PRAGMA temp_store = MEMORY");
  sqlite3_limit(connection_->handle, SQLITE_LIMIT_ATTACHED, 0);
  return done;
}

void Database::stop_when(const std::atomic<bool>* stop) {
  connection_->stop = stop;
}

const std::string& Database::path() const {
  return connection_->path;
}

}  // namespace schema
