// What could not be counted, for reading.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "schema/failures.h"
#include "schema/paging.h"
#include "schema/reason.h"
#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

struct FailureOrigin {  // the first place it came from
  std::string origin, position;
  std::optional<std::string> message_id, subject, from;
  std::string attachment;  // its name
};

struct FailureRow {
  std::int64_t id = 0;
  std::string state;
  std::string code;
  Stage stage = Stage::mail;
  std::string detail;
  std::optional<Position> position;
  std::optional<std::string> excerpt;
  std::int64_t original_id = 0;
  std::string sha256;  // hexadecimal
  std::int64_t bytes = 0;
  std::optional<FailureOrigin> origin;
  std::int64_t first_failed = 0, last_tried = 0;
  std::int64_t tries = 0;
  std::string parser;
  std::optional<std::int64_t> rival;
  std::optional<std::string> note;
};

struct FailureFilter {
  std::optional<FailureState> state;  // none: all
  std::vector<std::string> codes;     // any of them; empty: all
  std::optional<std::int64_t> run;    // in mails that this run read, first or last
};

// The youngest first. A cursor has one value.
Result<Paged> failure_rows(Database& database, const FailureFilter& filter, const PageRequest& page,
                           const std::function<bool(const FailureRow&)>& sink);
Result<std::optional<FailureRow>> failure_row(Database& database, std::int64_t id);

struct FailureCount {
  std::string code;
  std::int64_t open = 0, ignored = 0, resolved = 0;
};
// By code, of all failures.
Result<std::vector<FailureCount>> failure_counts(Database& database);

}  // namespace schema
