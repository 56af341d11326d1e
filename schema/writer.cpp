#include "schema/writer.h"

#include <utility>

#include "schema/analysis.h"
#include "schema/upgrade.h"

namespace schema {

Writer::Writer(Database up_to_date)
    : database_(std::move(up_to_date)),
      interner_(database_),
      rollups_(database_),
      reports_(database_, interner_, rollups_),
      ledger_(database_),
      failures_(database_),
      originals_(database_) {}

Result<std::unique_ptr<Writer>> Writer::open(const std::string& path, std::chrono::milliseconds patience) {
  auto database = Database::open_writer(path, patience);
  if (!database) return unexpected(std::move(database.error()));
  if (auto current = upgrade(*database); !current) return unexpected(std::move(current.error()));
  // Questions are answered without it, too: where there is no room for it, there may be some the next time.
  static_cast<void>(analyze_when_due(*database));
  return std::make_unique<Writer>(std::move(*database));
}

Status Writer::begin() {
  auto transaction = Transaction::begin(database_);
  if (!transaction) return unexpected(std::move(transaction.error()));
  transaction_.emplace(std::move(*transaction));
  changes_before_ = database_.total_changes();
  return {};
}

Status Writer::commit() {
  const auto written = [&]() -> Status {
    rollups_.keep_part();
    if (auto merged = rollups_.merge(); !merged) return merged;
    if (auto bundled = originals_.bundles().write(); !bundled) return bundled;
    if (database_.total_changes() != changes_before_) {
      auto bumped = database_.execute("UPDATE state SET value = value + 1 WHERE name = 'generation'");
      if (!bumped) return bumped;
    }
    return transaction_->commit();
  }();
  if (!written) {
    rollback();
    return written;
  }
  transaction_.reset();
  return {};
}

void Writer::rollback() {
  part_.reset();
  transaction_.reset();
  rollups_.drop();
  originals_.bundles().drop();
  forget();
}

Status Writer::begin_part() {
  auto part = Savepoint::begin(database_);
  if (!part) return unexpected(std::move(part.error()));
  part_.emplace(std::move(*part));
  return {};
}

Status Writer::keep_part() {
  auto released = part_->release();
  if (!released) return released;
  part_.reset();
  rollups_.keep_part();
  return originals_.bundles().keep_part();
}

void Writer::drop_part() {
  part_.reset();
  rollups_.drop_part();
  originals_.bundles().drop_part();
  forget();
}

void Writer::forget() {
  interner_.forget();
  ledger_.forget();
}

}  // namespace schema
