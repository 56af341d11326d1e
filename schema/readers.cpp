#include "schema/readers.h"

#include <utility>

#include "schema/migrations.h"
#include "schema/process_lock.h"

namespace schema {

Reader::~Reader() {
  transaction_.reset();
  database_->set_deadline(std::nullopt);
  pool_.take_back(std::move(database_));
}

void Reader::allow(std::chrono::milliseconds time) {
  database_->set_deadline(std::chrono::steady_clock::now() + time);
}

Result<std::unique_ptr<Reader>> Readers::lend(std::chrono::milliseconds patience) {
  std::unique_ptr<Database> database;
  {
    std::unique_lock lock(mutex_);
    if (!returned_.wait_for(lock, patience, [&] { return free_ > 0; })) {
      return unavailable("busy", "too many questions at a time");
    }
    --free_;
    if (!idle_.empty()) {
      database = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!database) {
    auto opened = open();
    if (!opened) {
      take_back(nullptr);
      return unexpected(std::move(opened.error()));
    }
    database = std::move(*opened);
  }
  auto transaction = Transaction::begin_read(*database);
  if (!transaction) {
    // A connection that cannot even begin is not worth keeping.
    take_back(nullptr);
    return unexpected(std::move(transaction.error()));
  }
  return std::unique_ptr<Reader>(new Reader(*this, std::move(database), std::move(*transaction)));
}

Result<std::unique_ptr<Database>> Readers::open() const {
  auto opened = Database::open_reader(path_);
  if (!opened) return unexpected(std::move(opened.error()));
  auto database = std::make_unique<Database>(std::move(*opened));
  if (auto current = require_current(*database); !current) return unexpected(std::move(current.error()));
  return database;
}

Result<Freshness> Readers::fresh(Reader& reader) {
  const auto now = generation(reader.database());
  if (!now) return unexpected(now.error());
  {
    const std::lock_guard lock(mutex_);
    if (fresh_ && fresh_->generation == *now) return *fresh_;
  }
  auto fresh = freshness(reader.database());
  if (fresh) {
    const std::lock_guard lock(mutex_);
    fresh_ = *fresh;
  }
  return fresh;
}

bool Readers::being_written() const {
  return ProcessLock::is_held(writer_lock(path_));
}

void Readers::take_back(std::unique_ptr<Database> database) {
  {
    const std::lock_guard lock(mutex_);
    ++free_;
    if (database) idle_.push_back(std::move(database));
  }
  returned_.notify_one();
}

}  // namespace schema
