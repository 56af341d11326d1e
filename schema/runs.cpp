#include "schema/runs.h"

#include "schema/process_lock.h"
#include "schema/query.h"
#include "schema/youngest_first.h"

namespace schema {
namespace {

constexpr const char* run_columns =
    "SELECT id, kind, started_at, ended_at, mails, stored, duplicate, conflict, quarantined, ignored, records, "
    "messages, percent, stopped, asked_at, (SELECT max(id) FROM run), origin, mails_expected "
    "FROM run LEFT JOIN run_stop ON run_id = id";

// Of the youngest run, which had not ended in what `database` sees: nobody writes, and it has not ended since.
Result<bool> is_cut_off(const Database& database, std::int64_t id) {
  if (ProcessLock::is_held(writer_lock(database.path()))) return false;
  auto since = Database::open_reader(database.path());
  if (!since) return unexpected(std::move(since.error()));
  const auto open = since->integer("SELECT 1 FROM run WHERE id = ? AND ended_at IS NULL", id);
  if (!open) return unexpected(open.error());
  return open->has_value();
}

Result<RunState> state(const Database& database, const RunRow& run, bool stopped, std::int64_t youngest) {
  if (run.ended_at) return stopped ? RunState::stopped : RunState::done;
  // One process writes at a time, from the beginning of a run to its end.
  if (run.id < youngest) return RunState::cut_off;
  const auto gone = is_cut_off(database, run.id);
  if (!gone) return unexpected(gone.error());
  if (*gone) return RunState::cut_off;
  return run.stop_asked_at ? RunState::stopping : RunState::running;
}

Result<RunRow> run_of(const Database& database, Statement& row) {
  RunRow run;
  run.id = row.integer(0);
  run.kind = row.text(1);
  run.started_at = row.integer(2);
  run.ended_at = row.optional_integer(3);
  run.totals.mails = row.integer(4);
  for (std::size_t i = 0; i < outcome_count; ++i) run.totals.outcomes[i] = row.integer(5 + static_cast<int>(i));
  run.totals.records = row.integer(10);
  run.totals.messages = row.integer(11);
  run.progress = {row.optional_integer(12), row.optional_integer(17)};
  run.stop_asked_at = row.optional_integer(14);
  run.origin = row.optional_text(16);
  const auto known = state(database, run, row.integer(13) != 0, row.integer(15));
  if (!known) return unexpected(known.error());
  run.state = *known;
  return run;
}

}  // namespace

const std::vector<std::string_view>& run_states() {
  static const std::vector<std::string_view> names = {"running", "stopping", "done", "stopped", "cut_off"};
  return names;
}

std::string_view name(RunState state) {
  return run_states()[static_cast<std::size_t>(state)];
}

Result<Paged> run_rows(Database& database, const PageRequest& page, const std::function<bool(const RunRow&)>& sink) {
  Status status;
  auto paged = youngest_first(database, "run", run_columns, "1", page, [&](Statement& row) {
    const auto run = run_of(database, row);
    if (!run) status = unexpected(run.error());
    return run && sink(*run);
  });
  if (!status) return unexpected(std::move(status.error()));
  return paged;
}

Result<std::optional<RunRow>> run(Database& database, std::int64_t id) {
  std::optional<RunRow> found;
  Status status;
  const auto read = each_row(database, Query(run_columns) + Query(" WHERE id = ?", {id}), [&](Statement& row) {
    auto run = run_of(database, row);
    if (!run) status = unexpected(std::move(run.error()));
    if (run) found = std::move(*run);
    return true;
  });
  if (!read) return unexpected(read.error());
  if (!status) return unexpected(std::move(status.error()));
  return found;
}

Status ask_to_stop(Database& beside_writer, std::int64_t id, std::int64_t now) {
  auto asked = beside_writer.execute(
      "INSERT OR IGNORE INTO run_stop (run_id, asked_at) SELECT id, ? FROM run WHERE id = ? AND ended_at IS NULL", now,
      id);
  if (!asked) return asked;
  const auto there = asked_to_stop(beside_writer, id);
  if (!there) return unexpected(there.error());
  return *there ? Status() : malformed("run_ended", "The run has ended.");
}

Result<bool> asked_to_stop(Database& database, std::int64_t id) {
  const auto asked = database.integer("SELECT 1 FROM run_stop WHERE run_id = ?", id);
  if (!asked) return unexpected(asked.error());
  return asked->has_value();
}

}  // namespace schema
