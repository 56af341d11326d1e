// What a monitoring system is told of the database: few numbers, each cheap to have.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "schema/result.h"
#include "schema/sqlite.h"
#include "schema/verdict.h"

namespace schema {

struct DomainFigures {
  std::string domain;  // empty: all domains beyond those that are listed
  std::array<std::int64_t, result_class_count> messages{};
  std::int64_t stored = 0, duplicate = 0, conflict = 0;  // reports
  std::string p, sp;                                     // as the newest report tells; empty: it does not
};

struct Monitoring {
  std::vector<DomainFigures> domains;                           // in the order in which they first came
  std::vector<std::pair<std::string, std::int64_t>> reporters;  // the newest day that each reported, as seconds
  std::vector<std::pair<std::string, std::int64_t>> failures;   // by reason code, whatever became of them
  std::int64_t failures_open = 0;
};

// `most`: domains and reporters with a figure of their own; of the reporters those that told of most messages.
Result<Monitoring> monitoring(Database& database, std::size_t most);

}  // namespace schema
