// The ledger, for reading.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "schema/ledger.h"
#include "schema/paging.h"
#include "schema/reason.h"
#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

struct LedgerOutcome {
  std::string name;
  Outcome outcome = Outcome::ignored;
  std::optional<std::string> code;
  std::optional<std::int64_t> report, failure;
};

struct LedgerRow {
  std::int64_t id = 0;
  std::string origin, position, kind;
  std::optional<std::string> subject, from, message_id;
  std::optional<std::int64_t> received;  // Date header, seconds
  std::int64_t read_at = 0;
  std::string sha256;  // hexadecimal
  std::int64_t bytes = 0;
  std::int64_t seen = 0;
  std::int64_t run = 0;
  std::vector<LedgerOutcome> outcomes;
};

struct LedgerFilter {
  std::vector<Outcome> outcomes;        // mails with an attachment that ended as any of these; empty: all
  std::optional<std::int64_t> read_on;  // mails that were first read on this day
  std::optional<std::int64_t> run;      // mails that this run was the first to read
};

// Mails and loose files, the youngest first. A cursor has one value.
Result<Paged> ledger_rows(Database& database, const LedgerFilter& filter, const PageRequest& page,
                          const std::function<bool(const LedgerRow&)>& sink);

// Attachments by outcome, of everything in the ledger or of the mails of a day and a run; `outcomes` does not matter.
Result<std::array<std::int64_t, outcome_count>> outcome_counts(Database& database, const LedgerFilter& filter = {});

}  // namespace schema
