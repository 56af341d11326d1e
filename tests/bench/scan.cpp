// The sum of a question over all records of a database, as if nothing were summed there.
//
//   ruadar_scan DATABASE SQL
//
// Prints {"seconds":..,"sum":..}: of the last column of its rows.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "schema/sqlite.h"

namespace {

template <typename T>
T must(schema::Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "ruadar_scan: %s\n", result.error().message.c_str());
  std::exit(1);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::fprintf(stderr, "ruadar_scan DATABASE SQL\n");
    return 2;
  }
  auto database = must(schema::Database::open_reader(arguments[1]));
  const auto begun = std::chrono::steady_clock::now();
  auto row = must(database.prepare(arguments[2]));
  long long sum = 0;
  while (must(row.step())) sum += row.integer(row.columns() - 1);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
  std::printf("{\"seconds\":%.3f,\"sum\":%lld}\n", taken.count(), sum);
  return 0;
}
