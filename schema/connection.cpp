#include "schema/connection.h"

#include <fmt/format.h>

#include <array>

#include "schema/record_table.h"

namespace schema::detail {
namespace {

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

int stop_at_deadline(void* connection) {
  const auto& of = *static_cast<Connection*>(connection);
  return (of.stop != nullptr && of.stop->load()) || (of.deadline && std::chrono::steady_clock::now() >= *of.deadline);
}

constexpr int longest_value_bytes = 64 * 1024 * 1024;
constexpr int longest_sql_bytes = 100'000;
constexpr int most_parameters = 1000;

}  // namespace

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

Status Connection::script(const char* sql) {
  const int code = sqlite3_exec(handle, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return unexpected(error(code));
  return {};
}

// Nothing of SQL comes from strangers; this keeps a mistake of ours, or a prepared database file, from reaching far.
Status Connection::open(int flags) {
  // Nobody asks how much memory SQLite has; counting it takes a lock of the whole process for each allocation.
  [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) return unexpected(error(code));
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
  sqlite3_progress_handler(handle, 1000, stop_at_deadline, this);
  // Others hold the database for moments only: while it recovers or truncates the log.
  sqlite3_busy_timeout(handle, 5000);
  if (const int added = add_record_table(handle); added != SQLITE_OK) return unexpected(error(added));
  return script("PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY");
}

}  // namespace schema::detail
