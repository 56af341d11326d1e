// A few connections that only read, lent to one question at a time. What is read of one loan is of one moment.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "schema/freshness.h"
#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

class Readers;

// A connection within a read transaction; goes back at its end. The pool outlives it.
class Reader {
 public:
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader();

  Database& database() { return *database_; }
  // Statements that run longer than this from now on end with `interrupted`.
  void allow(std::chrono::milliseconds time);

 private:
  friend class Readers;
  Reader(Readers& pool, std::unique_ptr<Database> database, Transaction transaction)
      : pool_(pool), database_(std::move(database)), transaction_(std::move(transaction)) {}

  Readers& pool_;
  std::unique_ptr<Database> database_;
  std::optional<Transaction> transaction_;
};

class Readers {
 public:
  // Connections are opened when they are first needed, at most `connections` of them.
  Readers(std::string path, std::size_t connections) : path_(std::move(path)), free_(connections) {}

  // Waits for a connection, at most `patience`. Errors: unavailable busy, those of Database::open_reader() and
  // require_current().
  Result<std::unique_ptr<Reader>> lend(std::chrono::milliseconds patience);

  // freshness() of the moment that `reader` sees; worked out once for each generation.
  Result<Freshness> fresh(Reader& reader);

  // Whether somebody has the database to write to it at this moment; true where nobody can tell.
  bool being_written() const;

 private:
  friend class Reader;
  void take_back(std::unique_ptr<Database> database);
  Result<std::unique_ptr<Database>> open() const;

  const std::string path_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::size_t free_;                             // loans that are still possible
  std::vector<std::unique_ptr<Database>> idle_;  // open, not lent
  std::optional<Freshness> fresh_;
};

}  // namespace schema
