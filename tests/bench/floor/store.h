// Reports into SQLite: numbers for all that repeats, several records an INSERT, both roll-ups, a thousand mails a
// transaction.
#pragma once

#include <cstdint>
#include <memory>

#include "tests/bench/floor/report.h"

namespace yardstick {

struct Totals {
  std::int64_t reports = 0, records = 0, messages = 0;
};

class Store {
 public:
  explicit Store(const char* path);  // made anew
  ~Store();
  void add(const Report& report);
  Totals finish();

 private:
  class Tables;
  std::unique_ptr<Tables> tables_;
};

}  // namespace yardstick
