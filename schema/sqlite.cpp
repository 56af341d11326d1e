#include "schema/sqlite.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <list>
#include <unordered_map>

#include "schema/files.h"
#include "schema/process_lock.h"
#include "schema/record_table.h"

namespace schema {
namespace detail {

struct PreparedStatement {
  std::string sql;
  sqlite3_stmt* handle = nullptr;

  PreparedStatement(std::string_view text, sqlite3_stmt* statement) : sql(text), handle(statement) {}
  PreparedStatement(const PreparedStatement&) = delete;
  PreparedStatement& operator=(const PreparedStatement&) = delete;
  ~PreparedStatement() { sqlite3_finalize(handle); }
};

// Statements nobody uses at the moment, the latest first. Filters make many different texts: it must stay small.
class StatementCache {
 public:
  std::unique_ptr<PreparedStatement> take(std::string_view sql) {
    const auto found = by_sql_.find(sql);
    if (found == by_sql_.end()) return nullptr;
    const auto place = found->second;
    by_sql_.erase(found);
    auto statement = std::move(*place);
    idle_.erase(place);
    return statement;
  }

  void give_back(std::unique_ptr<PreparedStatement> statement) {
    if (by_sql_.contains(statement->sql)) return;  // one of each is enough
    idle_.push_front(std::move(statement));
    by_sql_.emplace(idle_.front()->sql, idle_.begin());
    if (idle_.size() <= capacity) return;
    by_sql_.erase(idle_.back()->sql);
    idle_.pop_back();
  }

  void clear() {
    by_sql_.clear();
    idle_.clear();
  }

 private:
  static constexpr std::size_t capacity = 96;
  std::list<std::unique_ptr<PreparedStatement>> idle_;
  std::unordered_map<std::string_view, std::list<std::unique_ptr<PreparedStatement>>::iterator> by_sql_;
};

struct Connection {
  std::string path;
  ProcessLock lock;  // released last; the writer has it, whoever writes beside it has its file
  sqlite3* handle = nullptr;
  StatementCache statements;
  std::optional<std::chrono::steady_clock::time_point> deadline;
  const std::atomic<bool>* stop = nullptr;
  int wal_pages = 0;

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    statements.clear();
    sqlite3_close(handle);
  }

  Error error(int code);
  Status script(const char* sql) {
    const int code = sqlite3_exec(handle, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return unexpected(error(code));
    return {};
  }
};

// What a result code asks of the caller.
struct CodeMeaning {
  int result_code;
  ErrorKind kind;
  std::string_view code;
};
constexpr auto code_meanings = std::to_array<CodeMeaning>({
    {SQLITE_FULL, ErrorKind::unavailable, "disk_full"},
    {SQLITE_BUSY, ErrorKind::unavailable, "busy"},
    {SQLITE_LOCKED, ErrorKind::unavailable, "busy"},
    {SQLITE_INTERRUPT, ErrorKind::unavailable, "interrupted"},
    {SQLITE_CANTOPEN, ErrorKind::unavailable, "cannot_open"},
    {SQLITE_PERM, ErrorKind::unavailable, "cannot_open"},
    {SQLITE_READONLY, ErrorKind::unavailable, "read_only"},
    {SQLITE_IOERR, ErrorKind::internal, "io_error"},
    {SQLITE_CORRUPT, ErrorKind::internal, "corrupt"},
    {SQLITE_NOTADB, ErrorKind::internal, "not_a_database"},
    {SQLITE_CONSTRAINT, ErrorKind::internal, "constraint"},
});

Error Connection::error(int code) {
  const char* words = handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle);
  Error error{ErrorKind::internal, "sql", fmt::format("{}: {}", path, words)};
  for (const auto& meaning : code_meanings) {
    if (meaning.result_code != (code & 0xff)) continue;
    error.kind = meaning.kind;
    error.code = meaning.code;
  }
  // What is in the cache and what is on the disk may differ from now on.
  if (error.code == "io_error") lock.doubt();
  return error;
}

namespace {

// SQLite would create it readable for all; its -wal and -shm take over the mode of the file.
Status create_if_missing(const std::string& path) {
  const FileDescriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (fd) return sync_directory_of(path);
  if (errno == EEXIST) return {};
  return unexpected(file_error(path, errno));
}

// Whoever waits for the database stands at this gate, so that a writer that begins its next transaction at once does
// not always come first. Of another kind than the lock on the same file, and free but for moments.
void gate(const Connection& connection, short kind) {
  if (connection.lock.descriptor() < 0) return;
  struct flock place {};
  place.l_type = kind;
  place.l_whence = SEEK_SET;
  while (::fcntl(connection.lock.descriptor(), F_OFD_SETLKW, &place) != 0 && errno == EINTR) {
  }
}

int stop_at_deadline(void* connection) {
  const auto& of = *static_cast<Connection*>(connection);
  return (of.stop != nullptr && of.stop->load()) || (of.deadline && std::chrono::steady_clock::now() >= *of.deadline);
}

int remember_wal_pages(void* connection, sqlite3*, const char*, int pages) {
  static_cast<Connection*>(connection)->wal_pages = pages;
  return SQLITE_OK;
}

constexpr int longest_value_bytes = 64 * 1024 * 1024;
constexpr int longest_sql_bytes = 100'000;
constexpr int most_parameters = 1000;

// Nothing of SQL comes from strangers; this keeps a mistake of ours, or a prepared database file, from reaching far.
Status open_handle(Connection& connection, int flags) {
  // Nobody asks how much memory SQLite has; counting it takes a lock of the whole process for each allocation.
  [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  const int code = sqlite3_open_v2(connection.path.c_str(), &connection.handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) return unexpected(connection.error(code));
  sqlite3* handle = connection.handle;
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, longest_value_bytes);
  sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, longest_sql_bytes);
  sqlite3_limit(handle, SQLITE_LIMIT_VARIABLE_NUMBER, most_parameters);
  sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_progress_handler(handle, 1000, stop_at_deadline, &connection);
  // Others hold the database for moments only: while it recovers or truncates the log.
  sqlite3_busy_timeout(handle, 5000);
  if (const int added = add_record_table(handle); added != SQLITE_OK) return unexpected(connection.error(added));
  return connection.script("PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY");
}

}  // namespace
}  // namespace detail

// ---------------------------------------------------------------------------------------------------------- statements

Statement::Statement(detail::Connection& connection, std::unique_ptr<detail::PreparedStatement> prepared)
    : connection_(&connection), prepared_(std::move(prepared)), handle_(prepared_->handle) {}

Statement::Statement(Statement&& other) noexcept = default;

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(connection_, other.connection_);
  std::swap(prepared_, other.prepared_);
  std::swap(handle_, other.handle_);
  std::swap(bind_error_, other.bind_error_);
  return *this;
}

Statement::~Statement() {
  if (!prepared_) return;
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
  connection_->statements.give_back(std::move(prepared_));
}

void Statement::noted(int result_code) {
  if (result_code != SQLITE_OK) bind_error_ = result_code;
}

void Statement::bind(int parameter, std::int64_t value) {
  noted(sqlite3_bind_int64(handle_, parameter, value));
}

void Statement::bind(int parameter, std::string_view text) {
  // A view without data would bind null.
  const char* bytes = text.data() == nullptr ? "" : text.data();
  noted(sqlite3_bind_text64(handle_, parameter, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::bind(int parameter, Blob blob) {
  const char* bytes = blob.bytes.data() == nullptr ? "" : blob.bytes.data();
  noted(sqlite3_bind_blob64(handle_, parameter, bytes, blob.bytes.size(), SQLITE_TRANSIENT));
}

void Statement::bind(int parameter, std::nullptr_t) {
  noted(sqlite3_bind_null(handle_, parameter));
}

void Statement::bind_value(int parameter, const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    bind(parameter, *number);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    bind(parameter, std::string_view(*text));
  } else if (const auto* blob = std::get_if<OwnedBlob>(&value)) {
    bind(parameter, Blob{blob->bytes});
  } else {
    bind(parameter, nullptr);
  }
}

Result<bool> Statement::step() {
  if (bind_error_ != 0) return unexpected(connection_->error(std::exchange(bind_error_, 0)));
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  auto error = connection_->error(code);
  sqlite3_reset(handle_);
  return unexpected(std::move(error));
}

Status Statement::run_bound() {
  for (;;) {
    const auto row = step();
    if (!row) return unexpected(row.error());
    if (!*row) break;
  }
  reset();
  return {};
}

void Statement::reset() {
  sqlite3_reset(handle_);
}

int Statement::columns() const {
  return sqlite3_column_count(handle_);
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_, column);
}

double Statement::real(int column) const {
  return sqlite3_column_double(handle_, column);
}

std::string_view Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::string_view Statement::blob(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::optional<std::int64_t> Statement::optional_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::optional<std::string> Statement::optional_text(int column) const {
  if (is_null(column)) return std::nullopt;
  return std::string(text(column));
}

// --------------------------------------------------------------------------------------------------------- connections

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
  if (auto created = detail::create_if_missing(path); !created) return unexpected(std::move(created.error()));
  if (auto opened = detail::open_handle(*connection, SQLITE_OPEN_READWRITE); !opened) {
    return unexpected(std::move(opened.error()));
  }
  // FULL: what was acknowledged to a mailbox must survive a power cut. The log is moved by checkpoint_when_due().
  auto set_up = connection->script(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0; "
      "PRAGMA cache_size = -32768");
  if (!set_up) return unexpected(std::move(set_up.error()));
  sqlite3_wal_hook(connection->handle, detail::remember_wal_pages, connection.get());
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
  if (auto opened = detail::open_handle(*connection, SQLITE_OPEN_READWRITE); !opened) {
    return unexpected(std::move(opened.error()));
  }
  auto set_up = connection->script(
      "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -1024");
  if (!set_up) return unexpected(std::move(set_up.error()));
  sqlite3_wal_hook(connection->handle, detail::remember_wal_pages, connection.get());
  return Database(std::move(connection));
}

Result<Database> Database::open_reader(const std::string& path) {
  auto connection = std::make_unique<detail::Connection>();
  connection->path = path;
  if (auto opened = detail::open_handle(*connection, SQLITE_OPEN_READONLY); !opened) {
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
  if (auto opened = detail::open_handle(copy, SQLITE_OPEN_READWRITE); !opened) return opened;
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

// -------------------------------------------------------------------------------------------------------- transactions

Result<Transaction> Transaction::begin(Database& database) {
  detail::gate(*database.connection_, F_WRLCK);
  auto begun = database.execute("BEGIN IMMEDIATE");
  detail::gate(*database.connection_, F_UNLCK);
  if (!begun) return unexpected(std::move(begun.error()));
  return Transaction(database);
}

Result<Transaction> Transaction::begin_read(Database& database) {
  if (auto begun = database.execute("BEGIN"); !begun) return unexpected(std::move(begun.error()));
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}

Transaction::~Transaction() {
  rollback();
}

Status Transaction::commit() {
  auto committed = connection_->script("COMMIT");
  if (committed) connection_ = nullptr;
  return committed;
}

void Transaction::rollback() {
  auto* connection = std::exchange(connection_, nullptr);
  if (connection == nullptr || sqlite3_get_autocommit(connection->handle) != 0) return;
  // A rollback that fails leaves a transaction that the end of the connection rolls back.
  sqlite3_exec(connection->handle, "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<Savepoint> Savepoint::begin(Database& database) {
  if (auto begun = database.execute("SAVEPOINT part"); !begun) return unexpected(std::move(begun.error()));
  return Savepoint(database);
}

Savepoint::Savepoint(Savepoint&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}

Savepoint::~Savepoint() {
  rollback();
}

Status Savepoint::release() {
  auto released = connection_->script("RELEASE part");
  if (released) connection_ = nullptr;
  return released;
}

void Savepoint::rollback() {
  auto* connection = std::exchange(connection_, nullptr);
  if (connection == nullptr || sqlite3_get_autocommit(connection->handle) != 0) return;
  sqlite3_exec(connection->handle, "ROLLBACK TO part; RELEASE part", nullptr, nullptr, nullptr);
}

}  // namespace schema
