// Packed weeks (schema/packed_weeks.h) of `record` by address, for questions about all that was said of one: `record`
// is kept by report, and an index of it by address would be a page to write for nearly each record.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "schema/packed_week_records.h"
#include "schema/result.h"
#include "schema/sqlite.h"
#include "schema/weekly_pieces.h"

namespace schema {

struct ReportOfWeek {
  std::int64_t id = 0, domain_id = 0, day = 0, reporter_id = 0, policy_id = 0;
};

struct WeekOfRecords {
  std::string details;
  std::vector<PackedPiece> records;
  bool operator==(const WeekOfRecords&) const = default;
};

// As its records are now. Takes some seven bytes of memory for each of them. Errors: those of the database, `corrupt`.
Result<WeekOfRecords> pack_week_of_records(Database& database, std::int64_t week);
// Within a transaction, of a week that is not packed.
Status write_week_of_records(Database& writer, std::int64_t week, const WeekOfRecords& packed);
// Also when records go and their totals stay.
Status forget_week_of_records(Database& writer, std::int64_t week);
// Whether it is what its records say, should it be packed.
Result<bool> is_right_week_of_records(Database& database, std::int64_t week);

// Whether it is packed: of a packed week, too, they may have been forgotten.
Result<bool> has_week_of_records(Database& database, std::int64_t week);

// Calls `sink` with the records of a packed week, by address and report: of these addresses (their numbers, ascending)
// and such as lie beside them, or of all. Errors: those of the database, `corrupt`.
using TakeRecord =
    std::function<void(const ReportOfWeek& report, const PackedRecord& record, const RecordDetails& details)>;
Status each_record_of_week(Database& database, std::int64_t week,
                           const std::optional<std::vector<std::int64_t>>& address_ids, const TakeRecord& sink);

}  // namespace schema
