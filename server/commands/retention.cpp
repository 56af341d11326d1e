#include "server/commands/retention.h"

#include <fmt/format.h>

#include <chrono>
#include <ctime>

#include "ingest/give_way.h"
#include "schema/clock.h"
#include "schema/day.h"
#include "server/commands/prune_pass.h"
#include "server/log.h"

namespace server {
namespace {

constexpr int hour = 3600;
constexpr int soon = 60;  // when others write, or there was no room

std::string clock_sentence(const schema::Clock& clock, std::int64_t now) {
  return fmt::format(
      "The clock says {}, and said {} when it was last looked at. If it is right now, confirm it with "
      "'ruadar db confirm-clock'.",
      schema::time_text(now), schema::time_text(clock.seen_at.value_or(0)));
}

}  // namespace

schema::PruneRule retention_rule(const Settings& settings, std::int64_t now) {
  schema::PruneRule rule;
  const auto days = static_cast<std::int64_t>(settings.retention_days);
  rule.before_day = now / 86400 - days;
  rule.stored_before = now - days * 86400;
  rule.keep_rollups = settings.keep_rollups;
  rule.now = now;
  return rule;
}

void Retention::start() {
  {
    const std::lock_guard lock(mutex_);
    report_.days = static_cast<std::int64_t>(settings_.retention_days);
    report_.keep_rollups = settings_.keep_rollups;
    report_.state = settings_.retention_days == 0 ? "off" : "idle";
  }
  if (settings_.retention_days == 0) return;
  thread_ = std::thread([this] {
    ingest::give_way();
    std::unique_lock lock(mutex_);
    while (!stop_) {
      lock.unlock();
      const int seconds = look();
      lock.lock();
      // By a clock that nobody sets.
      stopping_.wait_for(lock, std::chrono::seconds(seconds), [this] { return stop_; });
    }
  });
}

void Retention::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopping_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Retention::become(std::string state, std::string message) {
  const std::lock_guard lock(mutex_);
  if (report_.state != state && state == "paused")
    log_event(LogLevel::warning, "retention_paused", {{"message", message}});
  report_.state = std::move(state);
  report_.message = std::move(message);
}

int Retention::look() {
  const auto now = static_cast<std::int64_t>(std::time(nullptr));
  const auto clock = [&]() -> schema::Result<schema::Clock> {
    auto reader = schema::Database::open_reader(settings_.database_path);
    if (!reader) return schema::unexpected(std::move(reader.error()));
    return schema::look_at_clock(*reader, now);
  }();
  if (!clock) {
    become("waiting", clock.error().message);
    return soon;
  }
  if (clock->state != schema::ClockState::steady) {
    become("paused", clock_sentence(*clock, now));
    return soon;
  }
  // Pruning makes room, so that a disk that is low is no reason against it.
  if (const auto ready = storage_.ready(); !ready && ready.error().code != "disk_low") {
    become("waiting", ready.error().message);
    return soon;
  }
  const auto seen = storage_.noted(schema::confirm_clock(settings_.database_path, now));
  if (!seen) {
    become("waiting", seen.error().message);
    return soon;
  }
  return prune_now(now);
}

int Retention::prune_now(std::int64_t now) {
  become("pruning");
  const auto rule = retention_rule(settings_, now);
  PrunePass pass;
  pass.pause = std::chrono::milliseconds(100);
  pass.go_on = [this](const schema::Pruned&) {
    const std::lock_guard lock(mutex_);
    return !stop_;
  };
  const auto pruned = prune(settings_, rule, "retention", pass);
  if (!pruned) {
    const auto& error = pruned.error();
    if (error.code != "locked") storage_.note(error);
    become("waiting", error.message);
    return soon;
  }
  if (pruned->reports > 0 || pruned->failures > 0)
    log_event(LogLevel::info, "pruned",
              {{"before", schema::day_text(rule.before_day)},
               {"reports", std::to_string(pruned->reports)},
               {"records", std::to_string(pruned->records)}});
  become("idle");
  return hour;
}

RetentionReport Retention::report() const {
  const std::lock_guard lock(mutex_);
  return report_;
}

}  // namespace server
