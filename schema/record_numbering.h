// What a report says of each record becomes numbers of the database. Inside schema/ only.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "schema/intern.h"
#include "schema/packed_records.h"
#include "schema/result.h"
#include "schema/stored_records.h"
#include "schema/verdict.h"

namespace schema {

// Messages of a report, and of each schema::ResultClass.
struct ClassSums {
  std::int64_t messages = 0;
  std::array<std::int64_t, result_class_count> classes{};
};
ClassSums class_sums(const PackedRecords& records);

// Gives the records of one report their numbers, within one transaction: what they share is looked up once. Both must
// outlive it, and `records` stay as they are. Errors: those of the database.
class RecordNumbering {
 public:
  RecordNumbering(Interner& interner, const PackedRecords& records);
  // All but whether it has raw words.
  Result<StoredRecord> of(const PackedRow& row, std::uint8_t estimate);
  // The words that were normalised away, JSON; empty where there are none.
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

}  // namespace schema
