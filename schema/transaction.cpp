// Transactions and their parts (schema/sqlite.h).
#include <fcntl.h>

#include <cerrno>
#include <utility>

#include "schema/connection.h"
#include "schema/sqlite.h"

namespace schema {
namespace {

// Whoever waits for the database stands at this gate, so that a writer that begins its next transaction at once does
// not always come first. Of another kind than the lock on the same file, and free but for moments.
void gate(const detail::Connection& connection, short kind) {
  if (connection.lock.descriptor() < 0) return;
  struct flock place {};
  place.l_type = kind;
  place.l_whence = SEEK_SET;
  while (::fcntl(connection.lock.descriptor(), F_OFD_SETLKW, &place) != 0 && errno == EINTR) {
  }
}

}  // namespace

Result<Transaction> Transaction::begin(Database& database) {
  gate(*database.connection_, F_WRLCK);
  auto begun = database.execute("BEGIN IMMEDIATE");
  gate(*database.connection_, F_UNLCK);
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
