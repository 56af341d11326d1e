// The database underneath: connections, statements, transactions. What is behind them (schema/connection.h) and
// record_table.cpp alone see sqlite3.h.
//
// Errors of the database come back with these codes:
//   disk_full, busy, locked, interrupted, cannot_open, read_only   kind unavailable: nothing was lost, try again
//   io_error, corrupt, not_a_database, constraint, sql             kind internal: stop and tell the operator
// After disk_full and io_error the transaction is gone; SQLite may have rolled it back by itself.
#pragma once

#include <atomic>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "schema/result.h"

struct sqlite3_stmt;

namespace schema {

// Bytes, where a string would be taken for text.
struct Blob {
  std::string_view bytes;
};
struct OwnedBlob {
  std::string bytes;
  bool operator==(const OwnedBlob&) const = default;
};

// A value to bind that is only known at run time.
using Value = std::variant<std::nullptr_t, std::int64_t, std::string, OwnedBlob>;

namespace detail {
struct Connection;
struct PreparedStatement;
}  // namespace detail

// One prepared statement on loan from its connection, which must outlive it. Parameters are numbered from 1, columns
// from 0. Whatever goes wrong while binding comes out of the next step().
class Statement {
 public:
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;
  ~Statement();  // resets, forgets the bindings, and gives the statement back to the connection's cache

  // Bytes and text are copied.
  void bind(int parameter, std::int64_t value);
  void bind(int parameter, std::string_view text);
  void bind(int parameter, Blob blob);
  void bind(int parameter, std::nullptr_t);
  template <std::same_as<Value> V>  // not what merely converts to one
  void bind(int parameter, const V& value) {
    bind_value(parameter, value);
  }
  template <typename T>
  void bind(int parameter, const std::optional<T>& value) {
    if (value) {
      bind_one(parameter, *value);
    } else {
      bind(parameter, nullptr);
    }
  }
  // bind(1, first), bind(2, second), ...; resets before.
  template <typename... Values>
  void bind_all(const Values&... values) {
    reset();
    [[maybe_unused]] int parameter = 0;
    (bind_one(++parameter, values), ...);
  }

  // true: stands on a row; false: there are no more.
  Result<bool> step();
  // Binds all, and steps to the end.
  template <typename... Values>
  Status run(const Values&... values) {
    bind_all(values...);
    return run_bound();
  }
  // Steps to the end with what is bound, and resets.
  Status run_bound();
  // Ready to be bound and stepped again; the bindings stay.
  void reset();

  int columns() const;
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  // Views hold until the next step(), reset() or the end of the statement. Null reads as empty.
  std::string_view text(int column) const;
  std::string_view blob(int column) const;
  std::optional<std::int64_t> optional_integer(int column) const;
  std::optional<std::string> optional_text(int column) const;

 private:
  friend class Database;
  Statement(detail::Connection& connection, std::unique_ptr<detail::PreparedStatement> prepared);
  template <typename T>
  void bind_one(int parameter, const T& value) {
    if constexpr (std::is_integral_v<T>) {
      bind(parameter, static_cast<std::int64_t>(value));
    } else if constexpr (!std::is_same_v<T, std::nullptr_t> && std::is_convertible_v<const T&, std::string_view>) {
      bind(parameter, std::string_view(value));
    } else {
      bind(parameter, value);
    }
  }
  void bind_value(int parameter, const Value& value);
  void noted(int result_code);

  detail::Connection* connection_;
  std::unique_ptr<detail::PreparedStatement> prepared_;
  sqlite3_stmt* handle_;
  int bind_error_ = 0;
};

// One connection, for one thread at a time. Its statements and transactions must end before it does.
class Database {
 public:
  // The one connection that may write. Creates the file (mode 0600) where there is none; its directory must be there.
  // Only one process can hold it: `locked` when another does, still after `patience`. After an io_error the file is
  // checked before the first write of the next who opens it: `corrupt` when it did not survive.
  static Result<Database> open_writer(const std::string& path,
                                      std::chrono::milliseconds patience = std::chrono::milliseconds(0));
  // Writes beside that one, in this or another process, what it never touches (0002_access.sql): for a transaction now
  // and then, which waits for the end of the writer's present one and no longer. `cannot_open` when there is no file.
  static Result<Database> open_beside_writer(const std::string& path);
  // Reads only, beside the writer, in this or another process. `cannot_open` when there is no such file.
  static Result<Database> open_reader(const std::string& path);
  // The same for the file of this one; it ends its statements when this one does.
  Result<Database> open_another() const;

  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  // Out of a small cache where the same text was prepared before.
  Result<Statement> prepare(std::string_view sql);
  // Prepares, binds, and steps to the end.
  template <typename... Values>
  Status execute(std::string_view sql, const Values&... values) {
    auto statement = prepare(sql);
    if (!statement) return unexpected(std::move(statement.error()));
    return statement->run(values...);
  }
  // First column of the first row; none when there is no row or it is null.
  template <typename... Values>
  Result<std::optional<std::int64_t>> integer(std::string_view sql, const Values&... values) {
    auto statement = prepare(sql);
    if (!statement) return unexpected(std::move(statement.error()));
    statement->bind_all(values...);
    auto row = statement->step();
    if (!row) return unexpected(std::move(row.error()));
    if (!*row) return std::optional<std::int64_t>();
    return statement->optional_integer(0);
  }
  // First column of all rows.
  template <typename... Values>
  Result<std::vector<std::int64_t>> integers(std::string_view sql, const Values&... values) {
    auto statement = prepare(sql);
    if (!statement) return unexpected(std::move(statement.error()));
    statement->bind_all(values...);
    std::vector<std::int64_t> all;
    for (;;) {
      auto row = statement->step();
      if (!row) return unexpected(std::move(row.error()));
      if (!*row) return all;
      all.push_back(statement->integer(0));
    }
  }
  // Several statements without parameters.
  Status execute_script(const std::string& sql);

  std::int64_t last_insert_id() const;
  std::int64_t changes() const;        // rows changed by the last statement
  std::int64_t total_changes() const;  // by all of this connection

  // Statements that still run at `deadline` end with `interrupted`; none takes it away.
  void set_deadline(std::optional<std::chrono::steady_clock::time_point> deadline);

  // Moves the write-ahead log into the database when it has grown long enough to pay. For the writer, between
  // transactions; readers go on meanwhile.
  Status checkpoint_when_due();

  // Moves all of it and empties the log; `busy` while readers need it.
  Status checkpoint_all();

  // Copies the database, as the read transaction sees it that must be open, into the empty file `target`, which needs
  // no log beside it; on disk when this returns. Writers go on meanwhile. `step` gets how many pages are done, and of
  // how many; `interrupted` when it returns false.
  Status copy_to(const std::string& target, const std::function<bool(std::int64_t, std::int64_t)>& step);

  // Builds the file anew, without what is free in it. Takes as much room again while it works.
  Status vacuum();

  // Statements end with `interrupted` when somebody sets this; none takes it away.
  void stop_when(const std::atomic<bool>* stop);

  const std::string& path() const;

 private:
  friend class Transaction;
  friend class Savepoint;
  explicit Database(std::unique_ptr<detail::Connection> connection);
  Status check_when_in_doubt();
  std::unique_ptr<detail::Connection> connection_;
};

// All or nothing; rolled back at its end unless committed.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);       // to write: takes the write lock at once
  static Result<Transaction> begin_read(Database& database);  // what is read in it is of one moment
  Transaction(Transaction&&) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  Status commit();
  void rollback();

 private:
  explicit Transaction(Database& database) : connection_(database.connection_.get()) {}
  detail::Connection* connection_;
};

// A part of a transaction that can be taken back alone; taken back at its end unless released.
class Savepoint {
 public:
  static Result<Savepoint> begin(Database& database);
  Savepoint(Savepoint&&) noexcept;
  Savepoint& operator=(Savepoint&&) = delete;
  ~Savepoint();

  Status release();
  void rollback();

 private:
  explicit Savepoint(Database& database) : connection_(database.connection_.get()) {}
  detail::Connection* connection_;
};

}  // namespace schema
