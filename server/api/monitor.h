// Puts together what /metrics says: what the database holds, asked again only when it has changed and not more often
// than every ten seconds; how the mailboxes do; what the process counts.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "schema/monitoring.h"
#include "schema/readers.h"
#include "server/api/context.h"
#include "server/metrics.h"

namespace server {

class Monitor {
 public:
  // `metrics` outlives it. label_values: most domains and reporters with a line of their own.
  Monitor(const Metrics& metrics, std::string database_path, std::size_t label_values)
      : metrics_(metrics), database_path_(std::move(database_path)), label_values_(label_values) {}

  // A database that cannot be read is ruadar_db_up 0, and what was last known of it.
  std::string text(const ApiContext& context);

 private:
  static constexpr std::chrono::seconds least_interval{10};
  struct Seen {
    std::int64_t last = 0, gone = 0;
  };

  schema::Status refresh(schema::Readers& readers);
  void write_database(MetricsText& text);
  double never_down(const std::string& key, std::int64_t value);

  const Metrics& metrics_;
  const std::string database_path_;
  const std::size_t label_values_;
  std::mutex mutex_;
  std::optional<schema::Monitoring> figures_;
  std::int64_t generation_ = 0;
  std::chrono::steady_clock::time_point next_;
  std::map<std::string, Seen> seen_;
};

}  // namespace server
