// The rows of the table `record`, written many at a time. Inside schema/ only.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "schema/intern.h"
#include "schema/packed_records.h"
#include "schema/sqlite.h"
#include "schema/verdict.h"

namespace schema {

// Messages of a report, and of each schema::ResultClass.
struct ClassSums {
  std::int64_t messages = 0;
  std::array<std::int64_t, result_class_count> classes{};
};
ClassSums class_sums(const PackedRecords& records);

// The numbers of what a record refers to.
struct RecordNumbers {
  std::int64_t address, result, header_from, auth, override_reasons;
  std::optional<std::int64_t> envelope_from, envelope_to;
};

// Gives the records of one report their numbers, within one transaction: what they share is looked up once. Both must
// outlive it, and `records` stay as they are. Errors: those of the database.
class RecordNumbering {
 public:
  RecordNumbering(Interner& interner, const PackedRecords& records);
  Result<RecordNumbers> of(const PackedRow& row);
  // As in RecordRow.
  std::string raw(const PackedRow& row);

 private:
  static constexpr std::int64_t unknown = -1;
  Status look_up(const PackedRow& row, std::int64_t& result);
  Status text(std::uint32_t place);

  Interner& interner_;
  const PackedRecords& records_;
  std::vector<std::int64_t> texts_, auths_, overrides_;  // by their place in the report
  std::unordered_map<std::uint64_t, std::int64_t> results_;
  Record record_;  // its memory is used again and again
};

struct RecordRow {
  std::int64_t report_id, n, messages;
  RecordNumbers numbers;
  std::string raw;  // JSON, empty where there is none
  std::uint8_t estimate;
};

// Several rows per INSERT: a third of the time of one by one.
class RecordRows {
 public:
  explicit RecordRows(Database& writer) : database_(writer) {}
  Status add(RecordRow row);
  Status finish();  // writes what is left; rows that were not finished are not written

 private:
  Status write(std::size_t first, std::size_t count);

  Database& database_;
  std::vector<RecordRow> rows_;
};

}  // namespace schema
