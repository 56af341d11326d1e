// The totals of a selection.
#pragma once

#include <array>
#include <cstdint>

#include "schema/report.h"
#include "schema/result.h"
#include "schema/selection.h"
#include "schema/sqlite.h"
#include "schema/verdict.h"

namespace schema {

// Messages; the classes add up to them.
struct ClassCounts {
  std::int64_t messages = 0;
  std::array<std::int64_t, result_class_count> by_class{};

  ClassCounts& operator+=(const ClassCounts& other);
  bool operator==(const ClassCounts&) const = default;
};

// From six columns that begin at `column`: what Facts::class_sums() selects.
ClassCounts class_counts(const Statement& row, int column);

struct Summary {
  ClassCounts classes;
  std::int64_t records = 0;
  std::int64_t reports = 0;
  std::int64_t domains = 0;
  std::int64_t reporters = 0;                 // by org_name
  std::int64_t sources = 0;                   // addresses; what is no address is none
  std::array<std::int64_t, 5> disposition{};  // messages, by schema::Disposition
  std::array<std::int64_t, 3> dkim{};         // by schema::DmarcResult
  std::array<std::int64_t, 3> spf{};
};

Result<Summary> summary(Database& database, const Selection& selection);

// Messages and classes alone.
Result<ClassCounts> totals(Database& database, const Selection& selection);

// How many records there are: answered from a roll-up where one knows.
Result<std::int64_t> record_count(Database& database, const Selection& selection);

}  // namespace schema
