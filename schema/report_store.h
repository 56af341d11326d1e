// Writing reports: whole or not at all, and each only once. Everything happens within a transaction of the caller
// (schema/writer.h).
//
// Identity: policy domain, reporter (org_name and email without regard to letter case), report_id, begin and end,
// compared column by column. The same identity with the same content is a duplicate; with other content it is a
// conflict, and the first report stays untouched.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schema/intern.h"
#include "schema/prepared_report.h"
#include "schema/reason.h"
#include "schema/result.h"
#include "schema/rollups.h"
#include "schema/sqlite.h"

namespace schema {

// How a report came to us.
struct Provenance {
  std::int64_t mail_id = 0;
  std::optional<std::int64_t> original_id;  // none: originals are not kept
  std::int64_t document = 0;                // which document of the original
  std::string name;                         // of the file, display text only
  std::string authenticity = "unverified";  // of the mail: pass, fail, unverified
  std::string parser;                       // version
  std::int64_t now = 0;
};

// What a report is to the database.
struct Match {
  Outcome outcome = Outcome::stored;  // stored: there is none of its identity; duplicate; conflict
  std::int64_t report_id = 0;         // duplicate: itself; conflict: the first one; 0: of a report that was pruned
  std::int64_t records = 0;           // of that one
  std::int64_t messages = 0;
};

class ReportStore {
 public:
  ReportStore(Database& writer, Interner& interner, Rollups& rollups)
      : database_(writer), interner_(interner), rollups_(rollups) {}

  // Changes nothing that counts.
  Result<Match> match(const PreparedReport&);
  // Stores a report whose match() was `stored`; its number.
  Result<std::int64_t> insert(const PreparedReport&, const Provenance&);
  // Both: the match, with the number of the report where it was stored now.
  Result<Match> add(const PreparedReport&, const Provenance&);

  // Which document a report was read from. Error internal not_found.
  struct Origin {
    std::int64_t mail_id = 0;
    std::optional<std::int64_t> original_id;
    std::int64_t document = 0;
    std::string name, authenticity, parser;
  };
  Result<Origin> origin(std::int64_t id);
  // The reports that were read from an original.
  Result<std::vector<std::int64_t>> of_original(std::int64_t original_id);

  // The rows of a report give way to those of another reading of it, which keeps its number and its first arrival.
  // Error malformed wrong_state: it is pruned. Error internal constraint: another report has the identity of the new
  // reading.
  Status replace(std::int64_t id, const PreparedReport&, const Provenance&);
  // Takes a report out, and out of the roll-ups.
  Status remove(std::int64_t id);

  // For pruning (schema/pruning.h). Leaves the first `records` of a report, as if it never had more.
  Status shrink(std::int64_t id, std::int64_t records);
  // Takes a report out, and remembers who it was.
  Status forget(std::int64_t id, std::int64_t now);
  // Takes at most so many records out, last first, and lets go of the original, but leaves all totals as they were; how
  // many it took.
  Result<std::int64_t> empty(std::int64_t id, std::int64_t most, std::int64_t now);

 private:
  struct Row;  // the numbers that stand for its head
  Result<Row> head(const PreparedReport&);
  Result<std::int64_t> write(std::optional<std::int64_t> id, const PreparedReport&, const Provenance&);
  Status insert_records(std::int64_t id, const PreparedReport&, const Row&);
  Status remove_records(std::int64_t id);
  // The first `kept` of them.
  Status keep_records(std::int64_t id, std::int64_t kept);
  // From the roll-ups: the records behind the first `kept`.
  Status subtract(std::int64_t id, std::int64_t kept = 0);

  Database& database_;
  Interner& interner_;
  Rollups& rollups_;
};

}  // namespace schema
