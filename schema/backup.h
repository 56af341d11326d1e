// Copies of a database that can be relied upon: a copy becomes a backup only when it was opened, found whole, and holds
// what the database held at one moment.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

// What stands in a database, in one glance.
struct Holdings {
  std::int64_t version = 0;  // of its schema
  std::int64_t generation = 0;
  std::int64_t reports = 0;
  std::int64_t records = 0;
  std::int64_t messages = 0;
  std::int64_t mails = 0;
  std::int64_t failures_open = 0;
  std::optional<std::int64_t> first_day, last_day;
  std::optional<std::int64_t> last_read_at;  // when a mail was last read
};
Result<Holdings> holdings(Database& database);

struct Backup {
  std::string path;
  std::int64_t at = 0;
  std::int64_t bytes = 0;
  Holdings holdings;
};

struct BackupWatch {
  // Between steps, how much is done of the two parts together: copying and checking.
  std::function<void(std::int64_t done, std::int64_t all)> progress = [](std::int64_t, std::int64_t) {};
  const std::atomic<bool>* stop = nullptr;  // set by anyone: ends with `interrupted`, and nothing is left behind
};

// Copies the database at `path` into `target`, beside whoever writes: into a file beside `target` first, which takes
// its place when it is proved; what stood there before stays until then. Errors: usage (`target` is the database),
// disk_full, backup_differs (the copy is not what was copied), those of the database. Records nothing.
Result<Backup> make_backup(const std::string& path, const std::string& target, std::int64_t now,
                           const BackupWatch& watch = {});

// Notes in the database at `path` that there is this backup of it.
Status record_backup(const std::string& path, const Backup& backup);
// The youngest that was noted. none: there is none yet.
Result<std::optional<Backup>> last_backup(Database& database);

// Takes away what backups left behind that were killed, in the directory of `path`. One that is under way is left
// alone.
void remove_leftovers(const std::string& path);

// What the ledger of `database` holds and the one of `backup` does not: what was read after that backup was made, or
// was never in it. To import or fetch these again after restoring it finds them new.
struct Lacking {
  std::int64_t mails = 0;
  std::int64_t reports = 0;
  std::int64_t messages = 0;  // of these reports
};
Result<Lacking> lacking(Database& database, Database& backup);

}  // namespace schema
