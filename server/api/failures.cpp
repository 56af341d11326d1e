// GET /api/v1/ingest/failures, /{id}, /{id}/raw
#include <fmt/format.h>

#include "schema/failure_list.h"
#include "schema/originals.h"
#include "server/api/accounts.h"
#include "server/api/decision_parts.h"
#include "server/api/failure_now.h"
#include "server/api/list.h"
#include "server/api/parts.h"
#include "server/api/problem.h"
#include "server/api/raw.h"
#include "server/api/reading.h"
#include "server/api/resources.h"

namespace server {
namespace {

// With where the server stands, for links.
struct FailureRow : schema::FailureRow {
  std::string base_path;
};

void write_position(Cell& cell, const FailureRow& row) {
  if (!row.position) return cell.null();
  JsonWriter json;
  json.begin_object()
      .member("line", row.position->line)
      .member("column", row.position->column)
      .member("byte", row.position->byte)
      .end_object();
  cell.json(json.str());
}

void write_origin(Cell& cell, const FailureRow& row) {
  if (!row.origin) return cell.null();
  JsonWriter json;
  json.begin_object()
      .member("origin", row.origin->origin)
      .member("position", row.origin->position)
      .member("message_id", row.origin->message_id)
      .member("subject", row.origin->subject)
      .member("from", row.origin->from)
      .member("attachment", row.origin->attachment)
      .end_object();
  cell.json(json.str());
}

void write_sentence(Cell& cell, const FailureRow& row) {
  const auto* reason = schema::reason_code(row.code);
  cell.text(reason != nullptr ? reason->sentence : std::string_view());
}

const std::vector<Column<FailureRow>>& columns() {
  static const std::vector<Column<FailureRow>> all = {
      {"id", [](Cell& cell, const FailureRow& row) { cell.number(row.id); }},
      {"state", [](Cell& cell, const FailureRow& row) { cell.text(row.state); }},
      {"code", [](Cell& cell, const FailureRow& row) { cell.text(row.code); }},
      {"sentence", write_sentence},
      {"stage", [](Cell& cell, const FailureRow& row) { cell.text(schema::name(row.stage)); }},
      {"detail", [](Cell& cell, const FailureRow& row) { cell.text(row.detail); }},
      {"position", write_position},
      {"excerpt", [](Cell& cell, const FailureRow& row) { cell.maybe(row.excerpt); }},
      {"sha256", [](Cell& cell, const FailureRow& row) { cell.text(row.sha256); }},
      {"bytes", [](Cell& cell, const FailureRow& row) { cell.number(row.bytes); }},
      {"origin", write_origin},
      {"first_failed", [](Cell& cell, const FailureRow& row) { cell.text(schema::time_text(row.first_failed)); }},
      {"last_tried", [](Cell& cell, const FailureRow& row) { cell.text(schema::time_text(row.last_tried)); }},
      {"tries", [](Cell& cell, const FailureRow& row) { cell.number(row.tries); }},
      {"parser", [](Cell& cell, const FailureRow& row) { cell.text(row.parser); }},
      {"rival", [](Cell& cell, const FailureRow& row) { cell.maybe(row.rival); }},
      {"note", [](Cell& cell, const FailureRow& row) { cell.maybe(row.note); }},
      {"raw",
       [](Cell& cell, const FailureRow& row) {
         cell.text(fmt::format("{}/api/v1/ingest/failures/{}/raw", row.base_path, row.id));
       }},
  };
  return all;
}

// The failure that a path names; else the answer.
tl::expected<FailureRow, Response> named_failure(const ApiContext& context, const Reading& reading,
                                                 const PathValues& path) {
  const auto id = path_number(path.at("id"));
  if (!id) return tl::unexpected(not_found("There is no such failure."));
  auto failure = schema::failure_row(reading.database(), *id);
  if (!failure) return tl::unexpected(failure_response(failure.error()));
  if (!*failure) return tl::unexpected(not_found("There is no such failure."));
  return FailureRow{std::move(**failure), context.base_path};
}

}  // namespace

Response get_failures(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  const auto wanted = failure_filter(question);
  const auto asked = question.list(names(columns()), {}, false, 1);
  const auto reading = read_without_filter(context, request, question);
  if (!reading) return reading.error();
  auto list = list_of(columns(), [wanted, base_path = context.base_path](
                                     schema::Database& database, const schema::PageRequest& page, const auto& sink) {
    return schema::failure_rows(database, wanted, page, [&](const schema::FailureRow& row) {
      return sink(FailureRow{row, base_path});
    });
  });
  list.window = false;
  list.beside = [&](JsonWriter& json) -> schema::Status {
    const auto counts = schema::failure_counts(reading->database());
    if (!counts) return schema::unexpected(counts.error());
    json.key("counts").begin_array();
    for (const auto& count : *counts) {
      json.begin_object()
          .member("code", count.code)
          .member("open", count.open)
          .member("ignored", count.ignored)
          .member("resolved", count.resolved)
          .end_object();
    }
    json.end_array();
    return {};
  };
  return list_answer(context, request, *reading, asked, std::move(list));
}

Response get_failure(const ApiContext& context, const Request& request, const PathValues& path) {
  Question question(request);
  const auto reading = read_without_filter(context, request, question);
  if (!reading) return reading.error();
  const auto failure = named_failure(context, *reading, path);
  if (!failure) return failure.error();
  JsonWriter json;
  json.begin_object().key("data");
  write_row(json, columns(), *failure);
  json.key("meta").begin_object().member("generation", reading->fresh.generation).end_object().end_object();
  return json_answer(*reading, json);
}

Response failure_now(const ApiContext& context, const PathValues& path) {
  Request request;
  request.path = "/api/v1/ingest/failures/" + path.at("id");
  // The answer to an action is no copy of what stands at its address.
  return uncached(get_failure(context, request, path));
}

Response get_failure_raw(const ApiContext& context, const Request& request, const PathValues& path) {
  Question question(request);
  const auto reading = read_without_filter(context, request, question);
  if (!reading) return reading.error();
  const auto failure = named_failure(context, *reading, path);
  if (!failure) return failure.error();
  auto original = schema::load_original(reading->database(), failure->original_id);
  if (!original) {
    return original.error().code == "original_not_kept" ? not_found("These bytes are not kept.")
                                                        : failure_response(original.error());
  }
  return raw_answer(*reading, fmt::format("failure-{}.bin", failure->id), std::move(*original));
}

}  // namespace server
