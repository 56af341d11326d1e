// Giving up what is older than somebody wants to keep: in small steps, so that whoever ingests never waits long, and so
// that a crash between two of them leaves a database in which every sum is right.
//
// A report goes with its records and, when no other report and no undecided failure needs it, its original. Either its
// totals stay (its row and the roll-ups), or its identity does for a while, so that it is a duplicate when it comes
// back. Failures that were decided go too, the undecided never. The ledger of mails stays.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "schema/result.h"
#include "schema/sqlite.h"
#include "schema/writer.h"

namespace schema {

inline constexpr std::int64_t prune_rows = 1000;                             // of one step
inline constexpr std::int64_t identity_seconds = std::int64_t{400} * 86400;  // that identities stay

struct PruneRule {
  std::int64_t before_day = 0;                // reports of days before it
  std::optional<std::int64_t> stored_before;  // and stored before this time: an archive that was just imported stays
  bool keep_rollups = false;                  // the totals stay
  std::int64_t now = 0;
};

struct Pruned {
  std::int64_t reports = 0;
  std::int64_t records = 0;
  std::int64_t failures = 0;
  std::int64_t originals = 0;
  std::int64_t original_bytes = 0;  // as they were kept
  bool complete = false;            // nothing is left that the rule means

  Pruned& operator+=(const Pruned& more);
};

// One transaction of about `prune_rows` rows at most. Errors: those of the database; nothing of the step stays then.
Result<Pruned> prune_step(Writer& writer, const PruneRule& rule);

// What all steps together would take away; changes nothing.
Result<Pruned> would_prune(Database& database, const PruneRule& rule);

// What a pass of pruning came to, written down for people beside the writer; one that found nothing is not. `kind`:
// command, retention.
Status record_pruning(const std::string& path, std::string_view kind, const PruneRule& rule, const Pruned& pruned);

struct PruneRun {
  std::int64_t ended_at = 0;
  std::string kind;
  std::int64_t before_day = 0;
  Pruned pruned;
};
// The youngest; none: nothing was ever pruned.
Result<std::optional<PruneRun>> last_pruning(Database& database);

}  // namespace schema
