// Passes over what is to be read: how each stands, and that somebody wants one to end. Whoever is at a run may be
// another process; all that is known of it is what it commits, and whether anybody writes at all.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/ledger.h"
#include "schema/paging.h"
#include "schema/result.h"
#include "schema/sqlite.h"

namespace schema {

enum class RunState : std::uint8_t {
  running,
  stopping,  // somebody asked for its end, and whoever is at it has not said that it came to one
  done,
  stopped,  // ended in order, before there was nothing more to read
  cut_off,  // whoever was at it is gone: killed, or the disk was full
};
std::string_view name(RunState state);
const std::vector<std::string_view>& run_states();

struct RunRow {
  std::int64_t id = 0;
  std::string kind;
  std::optional<std::string> origin;  // what it reads, where that has a name
  RunState state = RunState::running;
  std::int64_t started_at = 0;
  std::optional<std::int64_t> ended_at, stop_asked_at;
  RunProgress progress;
  RunTotals totals;
};

// The youngest first. A cursor has one value.
Result<Paged> run_rows(Database& database, const PageRequest& page, const std::function<bool(const RunRow&)>& sink);
// none: there is no such run.
Result<std::optional<RunRow>> run(Database& database, std::int64_t id);

// Within a transaction beside the writer. That it stops is up to whoever is at the run. Errors: malformed run_ended.
Status ask_to_stop(Database& beside_writer, std::int64_t id, std::int64_t now);
Result<bool> asked_to_stop(Database& database, std::int64_t id);

}  // namespace schema
