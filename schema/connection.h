// What the database underneath (schema/sqlite.h) is made of: a connection of SQLite and its statements. For the files
// that implement it alone.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "schema/process_lock.h"
#include "schema/result.h"

namespace schema::detail {

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

  // Its handle, with nothing but `path` set before. `flags` are those of sqlite3_open_v2().
  Status open(int flags);
  // Several statements without parameters.
  Status script(const char* sql);
  // What a result code says.
  Error error(int code);
};

}  // namespace schema::detail
