// The tables `daily` and `daily_source`: sums that pages read instead of scanning records. Gathered in memory while a
// batch of reports is written, and merged into the tables once, before it is committed. What was made of their days
// (schema/packed_weeks.h) goes with the first change.
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

struct Tally {
  std::int64_t messages = 0;
  std::int64_t records = 0;
};

// What one report adds to the roll-ups, or takes from them.
class ReportTally {
 public:
  ReportTally(std::int64_t domain_id, std::int64_t day, std::int64_t reporter_id, std::int64_t policy_id)
      : domain_id_(domain_id), day_(day), reporter_id_(reporter_id), policy_id_(policy_id) {}

  void count(std::int64_t address_id, std::int64_t header_from_id, std::int64_t result_id, std::int64_t messages);

 private:
  friend class Rollups;
  using Pair = std::pair<std::int64_t, std::int64_t>;  // second: the result
  std::int64_t domain_id_, day_, reporter_id_, policy_id_;
  std::vector<std::pair<Pair, Tally>> by_header_from_, by_address_;  // one pair may stand there several times
};

class Rollups {
 public:
  explicit Rollups(Database& writer) : database_(writer) {}

  // For the part of the batch that is being written.
  void add(ReportTally tally) { part_.push_back({std::move(tally), +1}); }
  void subtract(ReportTally tally) { part_.push_back({std::move(tally), -1}); }
  // The part stays: what it added belongs to the batch.
  void keep_part();
  // The part was rolled back.
  void drop_part() { part_.clear(); }

  // Writes what the batch gathered into the tables; before COMMIT.
  Status merge();
  // The batch was rolled back.
  void drop();

  // Adds to the batch that the totals go which stayed of reports that were pruned, of days before `before_day` that
  // have no report any more: about `most` rows at most, how many. 0: there are no more.
  Result<std::int64_t> take_out_left_over(std::int64_t before_day, std::int64_t most);

  // Computes both tables anew from the records, in a transaction of the caller. Weeks are packed again later.
  static Status rebuild(Database& writer);

 private:
  using DailyKey = std::array<std::int64_t, 6>;   // domain, day, reporter, policy, header_from, result
  using SourceKey = std::array<std::int64_t, 4>;  // domain, day, address, result

  Database& database_;
  std::vector<std::pair<ReportTally, int>> part_;
  std::vector<std::pair<DailyKey, Tally>> daily_;  // one key may stand there several times
  std::vector<std::pair<SourceKey, Tally>> sources_;
};

}  // namespace schema
