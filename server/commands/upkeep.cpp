#include "server/commands/upkeep.h"

#include <utility>

#include "ingest/give_way.h"
#include "server/commands/ingesting.h"

namespace server {
namespace {

// Late reports of a week take it away again, and packing it costs a look at all of its days.
constexpr std::chrono::minutes between_looks{5};
constexpr std::chrono::milliseconds between_weeks{50};  // longer than those look away who wait

schema::Result<bool> is_something_to_pack(const Settings& settings, schema::NewestWeek newest) {
  auto reader = schema::Database::open_reader(settings.database_path);
  if (!reader) return schema::unexpected(std::move(reader.error()));
  const auto week = schema::week_to_pack(*reader, newest);
  if (!week) return schema::unexpected(week.error());
  return week->has_value();
}

}  // namespace

schema::Status pack_weeks(const Settings& settings, schema::NewestWeek newest, std::chrono::milliseconds patience,
                          const std::function<bool()>& go_on) {
  while (go_on()) {
    const auto more = is_something_to_pack(settings, newest);
    if (!more) return schema::unexpected(more.error());
    if (!*more) return {};
    {
      auto writer = open_writer(settings, patience);
      if (!writer) return schema::unexpected(std::move(writer.error()));
      if (const auto packed = schema::pack_week(**writer, newest); !packed) return schema::unexpected(packed.error());
    }
    std::this_thread::sleep_for(between_weeks);
  }
  return {};
}

void Upkeep::start() {
  thread_ = std::thread([this] {
    ingest::give_way();
    for (;;) {
      look();
      std::unique_lock lock(mutex_);
      if (stopping_.wait_for(lock, between_looks, [this] { return stop_; })) return;
    }
  });
}

void Upkeep::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopping_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Upkeep::go_on() const {
  const std::lock_guard lock(mutex_);
  return !stop_;
}

// The newest week can be packed while no report comes.
schema::Result<schema::NewestWeek> Upkeep::newest_week() {
  auto reader = schema::Database::open_reader(settings_.database_path);
  if (!reader) return schema::unexpected(std::move(reader.error()));
  const auto newest = reader->integer("SELECT max(id) FROM report");
  if (!newest) return schema::unexpected(newest.error());
  const bool quiet = newest_report_ == *newest;
  newest_report_ = *newest;
  return quiet ? schema::NewestWeek::packed : schema::NewestWeek::waits;
}

void Upkeep::look() {
  const auto newest = newest_week();
  if (!newest) return;
  const auto due = is_something_to_pack(settings_, *newest);
  if (!due || !*due || !storage_.ready()) return;
  // Whoever writes now goes first; the next look finds what was left.
  const auto packed = pack_weeks(settings_, *newest, std::chrono::milliseconds(0), [this] { return go_on(); });
  if (!packed && packed.error().code != "locked") storage_.note(packed.error());
}

}  // namespace server
