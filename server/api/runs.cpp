// GET /api/v1/ingest/runs, /api/v1/ingest/runs/{id}, POST /api/v1/ingest/runs/{id}/stop
#include "schema/runs.h"

#include <algorithm>

#include "schema/day.h"
#include "server/access/access.h"
#include "server/api/accounts.h"
#include "server/api/list.h"
#include "server/api/parts.h"
#include "server/api/problem.h"
#include "server/api/reading.h"
#include "server/api/resources.h"

namespace server {
namespace {

using schema::Outcome, schema::RunRow, schema::RunState;

template <Outcome outcome>
void outcome_cell(Cell& cell, const RunRow& row) {
  cell.number(row.totals.of(outcome));
}

void time_cell(Cell& cell, std::optional<std::int64_t> time) {
  time ? cell.text(schema::time_text(*time)) : cell.null();
}

// Until its end or now; when one that was cut off came to its end, nobody knows.
void seconds_cell(Cell& cell, const RunRow& row) {
  if (row.state == RunState::cut_off) return cell.null();
  cell.number(std::max<std::int64_t>(0, row.ended_at.value_or(now_seconds()) - row.started_at));
}

const std::vector<Column<RunRow>>& columns() {
  static const std::vector<Column<RunRow>> all = {
      {"id", [](Cell& cell, const RunRow& row) { cell.number(row.id); }},
      {"kind", [](Cell& cell, const RunRow& row) { cell.text(row.kind); }},
      {"origin", [](Cell& cell, const RunRow& row) { cell.maybe(row.origin); }},
      {"state", [](Cell& cell, const RunRow& row) { cell.text(schema::name(row.state)); }},
      {"started_at", [](Cell& cell, const RunRow& row) { time_cell(cell, row.started_at); }},
      {"ended_at", [](Cell& cell, const RunRow& row) { time_cell(cell, row.ended_at); }},
      {"seconds", seconds_cell},
      {"stop_asked_at", [](Cell& cell, const RunRow& row) { time_cell(cell, row.stop_asked_at); }},
      {"percent", [](Cell& cell, const RunRow& row) { cell.maybe(row.progress.percent); }},
      {"mails_expected", [](Cell& cell, const RunRow& row) { cell.maybe(row.progress.mails_expected); }},
      {"mails", [](Cell& cell, const RunRow& row) { cell.number(row.totals.mails); }},
      {"attachments", [](Cell& cell, const RunRow& row) { cell.number(row.totals.attachments()); }},
      {"stored", outcome_cell<Outcome::stored>},
      {"duplicate", outcome_cell<Outcome::duplicate>},
      {"conflict", outcome_cell<Outcome::conflict>},
      {"quarantined", outcome_cell<Outcome::quarantined>},
      {"ignored", outcome_cell<Outcome::ignored>},
      {"records", [](Cell& cell, const RunRow& row) { cell.number(row.totals.records); }},
      {"messages", [](Cell& cell, const RunRow& row) { cell.number(row.totals.messages); }},
  };
  return all;
}

// How a run stands changes without a commit: when somebody asks for its end, when whoever is at it is killed.
Request always_anew(Request request) {
  request.headers.erase("if-none-match");
  return request;
}

struct Looked {
  RunRow run;
  Response answer;
};

// The run that a path names, with the 200 that tells of it; else the answer. The connection is given back before
// anything is written.
tl::expected<Looked, Response> look(const ApiContext& context, const Request& asking, const PathValues& path) {
  const Request request = always_anew(asking);
  Question question(request);
  const auto reading = read_without_filter(context, request, question);
  if (!reading) return tl::unexpected(reading.error());
  const auto id = path_number(path.at("id"));
  if (!id) return tl::unexpected(not_found("There is no such run."));
  const auto run = schema::run(reading->database(), *id);
  if (!run) return tl::unexpected(failure_response(run.error()));
  if (!*run) return tl::unexpected(not_found("There is no such run."));
  JsonWriter json;
  json.begin_object().key("data");
  write_row(json, columns(), **run);
  json.key("meta").begin_object().member("generation", reading->fresh.generation).end_object().end_object();
  return Looked{**run, changed_answer(200, json)};
}

}  // namespace

Response get_runs(const ApiContext& context, const Request& asking, const PathValues&) {
  const Request request = always_anew(asking);
  Question question(request);
  const auto asked = question.list(names(columns()), {}, false, 1);
  const auto reading = read_without_filter(context, request, question);
  if (!reading) return reading.error();
  auto list = list_of(columns(), [](schema::Database& database, const schema::PageRequest& page, const auto& sink) {
    return schema::run_rows(database, page, sink);
  });
  list.window = false;
  return uncached(list_answer(context, request, *reading, asked, std::move(list)));
}

Response get_run(const ApiContext& context, const Request& request, const PathValues& path) {
  auto looked = look(context, request, path);
  return looked ? std::move(looked->answer) : std::move(looked.error());
}

Response post_run_stop(const ApiContext& context, const Request& request, const PathValues& path) {
  auto looked = look(context, request, path);
  if (!looked) return std::move(looked.error());
  const auto ended = [] { return problem(409, "run_ended", "The run has ended."); };
  switch (looked->run.state) {
    case RunState::done:
    case RunState::stopped:
      return ended();
    case RunState::cut_off:
      return problem(409, "run_cut_off",
                     "Nobody is at this run any more: it was cut off, and stores nothing further. What it had stored "
                     "stays; the same import again, with --resume, goes on.");
    case RunState::running: {
      schema::AuditEntry entry;
      entry.action = "run_stop_asked";
      entry.target = path.at("id");
      const auto done = context.access->write(request, std::move(entry), [&](schema::Database& writer) {
        return schema::ask_to_stop(writer, looked->run.id, now_seconds());
      });
      if (!done) return done.error().code == "run_ended" ? ended() : failure_response(done.error());
      looked = look(context, request, path);
      if (!looked) return std::move(looked.error());
      break;
    }
    case RunState::stopping:
      break;
  }
  // It was asked for; that it came to an end is for a later look to tell.
  looked->answer.status = 202;
  return std::move(looked->answer);
}

}  // namespace server
