// What is otherwise than before, found by rules from the stored reports: the same reports give the same changes,
// whatever the clock says. `change_thresholds` are the rules' numbers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/freshness.h"
#include "schema/report.h"
#include "schema/result.h"
#include "schema/selection.h"

namespace schema {

// Part of the API: never renamed. Each change has the numbers that made it one.
enum class ChangeCode : std::uint8_t {
  policy_changed,       // receivers tell another policy of a domain than before
  pass_rate_dropped,    // of a domain: a smaller part of its mail passes than before
  source_rate_dropped,  // of a source whose mail for the domain passed before
  new_source,           // an address sends as a domain that did not for more than a year
  new_selector,         // a DKIM key signs for a domain that never did, and passes
  reporter_silent,      // somebody who reported regularly does not any more
  failures_open,        // what came in could not be read, and nobody has decided about it
  mailbox_trouble,      // a mailbox cannot be read; not found here: only a running server knows
};
inline constexpr std::size_t change_code_count = 8;
std::string_view name(ChangeCode);

enum class ChangeLevel : std::uint8_t { info, warning, critical };
std::string_view name(ChangeLevel);

struct ChangeThresholds {
  std::int64_t enough_messages = 50;  // with a verdict, in both periods: fewer say little about a rate
  std::int64_t dropped_points = 5;    // percentage points below the days before
  std::int64_t steeply_points = 25;   // so many are critical
  std::int64_t source_passed = 90;    // percent of a source's mail that passed before, for it to be the owner's
  std::int64_t new_messages = 10;     // of a new source or selector
  std::int64_t history_days = 7;      // nothing is new to a domain that reports have been about for less long
  std::int64_t compared_days = 14;    // before `since`, or as many as there are since where that is more
  std::int64_t source_days = 400;     // how far back a source is looked for
  std::int64_t selector_days = 90;    // how far back a selector is looked for
  std::int64_t reporter_days = 30;    // before `since`, in which a reporter was regular
  std::int64_t regular_reports = 5;   // days with reports that make a reporter regular
  std::int64_t silent_gaps = 3;       // times its usual distance between reports
  std::int64_t least_silent_days = 3;
};
inline constexpr ChangeThresholds change_thresholds;

struct Change {
  ChangeCode code = ChangeCode::new_source;
  ChangeLevel level = ChangeLevel::info;
  std::int64_t day = 0;                // on which it began, or could first be seen
  std::optional<std::string> domain;   // none: it is about none of them alone
  std::optional<std::string> subject;  // address, "selector@domain", reporter, reason code, mailbox
  std::vector<std::pair<std::string_view, std::int64_t>> numbers = {};
  std::optional<PolicyPublished> before = {}, now = {};  // of policy_changed
  std::optional<std::string> error = {};                 // of mailbox_trouble
};

// At most so many of one code: those with the most messages.
inline constexpr std::int64_t most_of_a_change = 100;

struct Changes {
  std::vector<Change> list;                             // the newest first, then by code, domain and subject
  std::array<std::int64_t, change_code_count> found{};  // by code, those left off included
};

// What changed on the days of `selection`, whose conditions ask for domains alone. `with_ingestion`: also what came in
// and could not be read, which belongs to no domain.
Result<Changes> changes(Database& database, const Selection& selection, const Freshness& fresh, bool with_ingestion);

// In the order of Changes::list.
void sort_changes(std::vector<Change>& changes);

}  // namespace schema
