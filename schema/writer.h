// The one that writes the database: batches that are committed whole or not at all, and parts of them (one mail) that
// can be taken back alone. What is kept in memory beside the tables follows both.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "schema/failures.h"
#include "schema/intern.h"
#include "schema/ledger.h"
#include "schema/originals.h"
#include "schema/report_store.h"
#include "schema/rollups.h"
#include "schema/sqlite.h"

namespace schema {

class Writer {
 public:
  // Opens, creates or brings up to date the database at `path`, and lets SQLite look at it anew when it has grown much
  // (schema/analysis.h). Errors: those of Database::open_writer() and upgrade().
  static Result<std::unique_ptr<Writer>> open(const std::string& path,
                                              std::chrono::milliseconds patience = std::chrono::milliseconds(0));
  explicit Writer(Database up_to_date);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  Database& database() { return database_; }
  ReportStore& reports() { return reports_; }
  Ledger& ledger() { return ledger_; }
  Failures& failures() { return failures_; }
  Originals& originals() { return originals_; }
  Rollups& rollups() { return rollups_; }

  Status begin();
  // What was written since begin() is on disk when this returns, and visible to readers. On error nothing of it is.
  Status commit();
  void rollback();
  // Between batches: moves the write-ahead log into the database when it is due.
  Status checkpoint() { return database_.checkpoint_when_due(); }
  bool in_batch() const { return transaction_.has_value(); }

  // Within a batch; parts do not nest.
  Status begin_part();
  Status keep_part();
  void drop_part();

 private:
  void forget();

  Database database_;
  Interner interner_;
  Rollups rollups_;
  ReportStore reports_;
  Ledger ledger_;
  Failures failures_;
  Originals originals_;
  std::int64_t changes_before_ = 0;
  std::optional<Transaction> transaction_;
  std::optional<Savepoint> part_;
};

}  // namespace schema
