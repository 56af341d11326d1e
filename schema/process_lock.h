// One process at a time: a lock on a file of its own, in which stands who has it. It ends with the process, however
// that ends.
#pragma once

#include <chrono>
#include <string>

#include "schema/files.h"
#include "schema/result.h"

namespace schema {

// Of the one who writes the database at `path`. It lies beside it: closing any descriptor of the database file itself
// would drop SQLite's own locks.
std::string writer_lock(const std::string& path);

class ProcessLock {
 public:
  ProcessLock() = default;  // of nothing

  // Makes the file where there is none. Another process has it, still after `patience`: unavailable `locked`, its
  // message names `what` and the number of that process.
  static Result<ProcessLock> take(const std::string& file, const std::string& what,
                                  std::chrono::milliseconds patience = std::chrono::milliseconds(0));
  // The file alone, without the lock.
  static Result<ProcessLock> beside(const std::string& file);

  // Whether some process has it at this moment; true where nobody can tell.
  static bool is_held(const std::string& file);

  // -1 of nothing.
  int descriptor() const { return fd_.get(); }

  // A note in the file, which outlives the process: a write failed, so that nobody knows what the disk holds.
  void doubt();
  void trust();
  bool in_doubt() const;

 private:
  FileDescriptor fd_;
};

}  // namespace schema
