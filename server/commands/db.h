// The parts of 'ruadar db'.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "schema/result.h"
#include "schema/sqlite.h"
#include "server/command_line.h"

namespace server {

Command db_backup_command();
Command db_verify_command();
Command db_restore_check_command();
Command db_prune_command();
Command db_confirm_clock_command();
Command db_stats_command();
Command db_migrate_command();
Command db_vacuum_command();

// The database of `globals`, to be read; of an earlier version, too.
schema::Result<schema::Database> open_to_read(const Globals& globals);

// "12.3 MiB".
std::string readable_bytes(std::int64_t bytes);

// "backup  45 %" on a terminal, nothing elsewhere; gone at its end.
class ShareShown {
 public:
  ShareShown(std::string what, bool quiet);
  ShareShown(const ShareShown&) = delete;
  ShareShown& operator=(const ShareShown&) = delete;
  ~ShareShown();
  void operator()(std::int64_t done, std::int64_t all);

 private:
  const std::string what_;
  const bool shown_;
  int last_ = -1;
};

}  // namespace server
