// A second connection that sees what another sees, for a question that two processors answer at a time.
#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

// Within a read transaction, as the other must be.
class Twin {
 public:
  // none: there is one processor, something was stored since the other one looked, or no connection is to be had.
  static std::optional<Twin> of(Database& database);

  Database& database() { return database_; }

 private:
  Twin(Database database, Transaction transaction)
      : database_(std::move(database)), transaction_(std::move(transaction)) {}

  Database database_;
  Transaction transaction_;
};

// Calls `first` with `database` and `second` with its twin, at the same time; one after the other with `database`
// where there is no twin, and not `second` where `first` failed then.
using AskHalf = std::function<Status(Database&)>;
Status ask_both(Database& database, const AskHalf& first, const AskHalf& second);

}  // namespace schema
