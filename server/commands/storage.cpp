#include "server/commands/storage.h"

#include <fmt/format.h>

#include <algorithm>

#include "schema/files.h"
#include "schema/reserve.h"
#include "schema/sqlite.h"
#include "server/commands/failure.h"
#include "server/log.h"

namespace server {
namespace {

constexpr std::string_view damage_advice =
    "The database is damaged and is only read. It is left as it is; look with 'ruadar db verify', then stop the server "
    "and put a backup in its place ('ruadar db restore-check BACKUP' says what it holds)";

std::string low_sentence(std::uint64_t free, std::uint64_t needed) {
  return fmt::format("{} bytes are free on the disk of the database, {} are needed before anything more is taken in",
                     free, needed);
}

}  // namespace

std::uint64_t least_free_bytes(const Settings& settings) {
  return std::max<std::uint64_t>(settings.free_bytes, 3 * settings.limits.mail_bytes);
}

schema::Status require_room(const Settings& settings) {
  const auto free = schema::free_bytes(settings.database_path);
  const auto least = least_free_bytes(settings);
  // Whoever cannot tell must find out by writing.
  if (!free || *free >= least) return {};
  return schema::unavailable("disk_low", low_sentence(*free, least));
}

Storage::Storage(const Settings& settings, std::function<void()> on_failure)
    : path_(settings.database_path), on_failure_(std::move(on_failure)), least_(least_free_bytes(settings)) {}

void Storage::change(const Settings& settings) {
  const std::lock_guard lock(mutex_);
  least_ = least_free_bytes(settings);
}

void Storage::look() {
  const auto free = schema::free_bytes(path_);
  if (!free) return;
  free_ = *free;
  const bool was = low_;
  low_ = low_ ? free_ < 2 * least_ : free_ < least_;
  if (low_ == was) return;
  log_event(low_ ? LogLevel::error : LogLevel::info, low_ ? "disk_low" : "disk_has_room",
            {{"free", std::to_string(free_)}, {"needed", std::to_string(low_ ? 2 * least_ : least_)}});
}

schema::Status Storage::ready() {
  const std::lock_guard lock(mutex_);
  if (!damage_.empty()) return schema::internal_error("corrupt", std::string(damage_advice) + ".");
  look();
  if (low_) return schema::unavailable("disk_low", low_sentence(free_, 2 * least_));
  if (full_until_ && Clock::now() < *full_until_)
    return schema::unavailable("disk_full", path_ + ": the disk is full; it is tried again by and by");
  // Taken away again before it is needed, and never while others need the room.
  if (!full_) static_cast<void>(schema::keep_reserve(path_));
  return {};
}

void Storage::note_success() {
  const std::lock_guard lock(mutex_);
  full_ = false;
  full_until_.reset();
  delay_.reset();
}

void Storage::note(const schema::Error& error) {
  if (error.code == "disk_full") {
    {
      const std::lock_guard lock(mutex_);
      full_ = true;
      full_until_ = Clock::now() + delay_.next();
    }
    log_event(LogLevel::error, "disk_full", {{"message", error.message}});
    make_room();
  } else if (error.code == "corrupt" || error.code == "not_a_database") {
    const std::lock_guard lock(mutex_);
    if (damage_.empty())
      log_event(LogLevel::error, "database_damaged",
                {{"message", error.message}, {"advice", std::string(damage_advice)}});
    damage_ = error.message;
  } else if (error.code == "io_error" && !failed_.exchange(true)) {
    log_event(LogLevel::error, "disk_failed", {{"message", error.message}, {"advice", std::string(advice(error))}});
    on_failure_();
  }
}

void Storage::make_room() {
  if (!schema::release_reserve(path_)) return;
  auto writer = schema::Database::open_writer(path_);
  if (writer) static_cast<void>(writer->checkpoint_all());
  log_event(LogLevel::warning, "reserve_released");
}

StorageReport Storage::report() {
  const std::lock_guard lock(mutex_);
  look();
  StorageReport report;
  report.state = !damage_.empty() ? "damaged" : low_ ? "low" : full_ ? "full" : "ok";
  if (low_) report.message = low_sentence(free_, 2 * least_) + ".";
  if (report.state == "full") report.message = "The disk of the database is full; it is tried again by and by.";
  if (!damage_.empty()) report.message = std::string(damage_advice) + ".";
  return report;
}

}  // namespace server
