#include "schema/sqlite.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <list>
#include <system_error>
#include <thread>
#include <unordered_map>

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

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd = -1) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

struct Connection {
  std::string path;
  FileDescriptor lock;  // released last; the writer's is locked
  sqlite3* handle = nullptr;
  StatementCache statements;
  std::optional<std::chrono::steady_clock::time_point> deadline;
  int wal_pages = 0;

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    statements.clear();
    sqlite3_close(handle);
  }

  Error error(int code) const;
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

Error Connection::error(int code) const {
  const char* words = handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle);
  Error error{ErrorKind::internal, "sql", fmt::format("{}: {}", path, words)};
  for (const auto& meaning : code_meanings) {
    if (meaning.result_code != (code & 0xff)) continue;
    error.kind = meaning.kind;
    error.code = meaning.code;
  }
  return error;
}

namespace {

Error file_error(const std::string& path, int number) {
  const auto code = number == ENOSPC ? "disk_full" : "cannot_open";
  return {ErrorKind::unavailable, code, fmt::format("{}: {}", path, std::generic_category().message(number))};
}

// A file that was created is only there for good when its directory says so on disk.
Status sync_directory_of(const std::string& path) {
  const auto slash = path.find_last_of('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const FileDescriptor fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) return unexpected(file_error(directory, errno));
  return {};
}

// SQLite would create it readable for all; its -wal and -shm take over the mode of the file.
Status create_if_missing(const std::string& path) {
  const FileDescriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (fd) return sync_directory_of(path);
  if (errno == EEXIST) return {};
  return unexpected(file_error(path, errno));
}

// The lock lies beside the database: closing any descriptor of the database file itself would drop SQLite's own locks.
Result<FileDescriptor> take_lock(const std::string& path, std::chrono::milliseconds patience) {
  const std::string lock_path = path + "-lock";
  FileDescriptor fd(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd) return unexpected(file_error(lock_path, errno));
  const auto until = std::chrono::steady_clock::now() + patience;
  while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return unexpected(file_error(lock_path, errno));
    if (std::chrono::steady_clock::now() >= until) {
      std::array<char, 24> holder{};
      const auto length = ::pread(fd.get(), holder.data(), holder.size() - 1, 0);
      const std::string pid = length > 0 ? fmt::format(" (process {})", holder.data()) : "";
      return unavailable("locked", fmt::format("{}: another process holds the database{}", path, pid));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  const auto pid = std::to_string(::getpid());
  // For the words of those who find it taken; the lock holds without.
  if (::ftruncate(fd.get(), 0) == 0) [[maybe_unused]]
    const auto written = ::pwrite(fd.get(), pid.data(), pid.size(), 0);
  return fd;
}

// Whoever waits for the database stands at this gate, so that a writer that begins its next transaction at once does
// not always come first. Of another kind than the lock on the same file, and free but for moments.
void gate(const Connection& connection, short kind) {
  if (!connection.lock) return;
  struct flock place {};
  place.l_type = kind;
  place.l_whence = SEEK_SET;
  while (::fcntl(connection.lock.get(), F_OFD_SETLKW, &place) != 0 && errno == EINTR) {
  }
}

int stop_at_deadline(void* connection) {
  const auto& deadline = static_cast<Connection*>(connection)->deadline;
  return deadline && std::chrono::steady_clock::now() >= *deadline;
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
  auto lock = detail::take_lock(path, patience);
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
  return Database(std::move(connection));
}

Result<Database> Database::open_beside_writer(const std::string& path) {
  auto connection = std::make_unique<detail::Connection>();
  connection->path = path;
  const std::string lock_path = path + "-lock";
  connection->lock = detail::FileDescriptor(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!connection->lock) return unexpected(detail::file_error(lock_path, errno));
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
