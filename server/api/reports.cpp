// GET /api/v1/reports, /api/v1/reports/{id}, /api/v1/reports/{id}/xml
#include <fmt/format.h>

#include "schema/note.h"
#include "schema/originals.h"
#include "schema/report_list.h"
#include "server/api/list.h"
#include "server/api/parts.h"
#include "server/api/problem.h"
#include "server/api/raw.h"
#include "server/api/reading.h"
#include "server/api/records.h"
#include "server/api/resources.h"

namespace server {
namespace {

using schema::ReportRow;

constexpr std::int64_t shown_records = 100;

void write_note_codes(Cell& cell, const ReportRow& row) {
  JsonWriter json;
  json.begin_array();
  for (const auto& code : row.notes) json.value(code);
  cell.json(json.end_array().str());
}

// What the list and the report itself show alike.
std::vector<Column<ReportRow>> head_columns() {
  return joined<ReportRow>(
      {{{"id", [](Cell& cell, const ReportRow& row) { cell.number(row.id); }},
        {"reporter", [](Cell& cell, const ReportRow& row) { cell.text(row.reporter); }},
        {"email", [](Cell& cell, const ReportRow& row) { cell.text(row.email); }},
        {"report_id", [](Cell& cell, const ReportRow& row) { cell.text(row.report_id); }},
        {"domain", [](Cell& cell, const ReportRow& row) { cell.text(row.domain); }},
        {"begin", [](Cell& cell, const ReportRow& row) { cell.text(schema::time_text(row.begin)); }},
        {"end", [](Cell& cell, const ReportRow& row) { cell.text(schema::time_text(row.end)); }},
        {"day", [](Cell& cell, const ReportRow& row) { cell.text(schema::day_text(row.day)); }},
        {"records", [](Cell& cell, const ReportRow& row) { cell.number(row.records); }}},
       class_columns<ReportRow>(),
       {{"policy", [](Cell& cell, const ReportRow& row) { write_policy(cell, row.policy); }},
        {"dialect", [](Cell& cell, const ReportRow& row) { cell.text(schema::name(row.dialect)); }},
        {"sightings", [](Cell& cell, const ReportRow& row) { cell.number(row.sightings); }},
        {"authenticity", [](Cell& cell, const ReportRow& row) { cell.text(row.authenticity); }}}});
}

const std::vector<Column<ReportRow>>& columns() {
  static const auto all = joined<ReportRow>({head_columns(), {{"notes", write_note_codes}}});
  return all;
}

void write_notes(JsonWriter& json, const std::vector<schema::StoredNote>& notes) {
  json.key("notes").begin_array();
  for (const auto& [note, placed] : notes) {
    const auto* kind = schema::note_kind(note.code);
    const bool warning = kind != nullptr && kind->severity == schema::Severity::warning;
    const auto place = [&](std::int64_t at) { return placed ? std::optional(at) : std::nullopt; };
    json.begin_object()
        .member("code", note.code)
        .member("severity", warning ? "warning" : "info")
        .member("sentence", kind != nullptr ? kind->sentence : std::string_view())
        .member("rule", kind != nullptr ? kind->rule : std::string_view())
        .member("count", note.count)
        .member("line", place(note.first.line))
        .member("column", place(note.first.column))
        .member("byte", place(note.first.byte))
        .member("detail", note.detail)
        .end_object();
  }
  json.end_array();
}

void write_origins(JsonWriter& json, const schema::ReportDetail& report) {
  json.key("mail")
      .begin_object()
      .member("id", report.first.mail)
      .member("origin", report.first.origin)
      .member("position", report.first.position)
      .member("subject", report.first.subject)
      .member("from", report.first.from)
      .member("message_id", report.first.message_id)
      .end_object();
  json.key("seen").begin_array();
  for (const auto& arrival : report.seen) {
    json.begin_object()
        .member("at", schema::time_text(arrival.at))
        .member("origin", arrival.origin)
        .member("position", arrival.position)
        .member("subject", arrival.subject)
        .end_object();
  }
  json.end_array().key("conflicts").begin_array();
  for (const auto& conflict : report.conflicts) {
    json.begin_object()
        .member("failure", conflict.failure)
        .member("origin", conflict.origin)
        .member("first_failed", schema::time_text(conflict.first_failed))
        .member("state", conflict.state)
        .end_object();
  }
  json.end_array();
}

schema::Status write_records(JsonWriter& json, const Reading& reading, const ReportRow& report) {
  const schema::Selection selection{report.day, report.day, {{schema::FilterKey::report, {report.id}, {}}}, {}, {}, {}};
  json.key("rows").begin_array();
  RecordLines lines;
  const auto read = schema::records(reading.database(), selection, {shown_records, std::nullopt, {}},
                                    [&](const schema::FlatRecord& row) {
                                      write_row(json, record_columns(), lines.line(row));
                                      return true;
                                    });
  if (!read) return schema::unexpected(read.error());
  json.end_array();
  return {};
}

// The report that a path names, read with its question; else the answer.
tl::expected<schema::ReportDetail, Response> named_report(const Reading& reading, const Principal& who,
                                                          const PathValues& path) {
  const auto id = path_number(path.at("id"));
  if (!id) return tl::unexpected(not_found("There is no such report."));
  auto report = schema::report_detail(reading.database(), *id);
  if (!report) return tl::unexpected(failure_response(report.error()));
  if (!*report || !who.sees((*report)->row.domain)) return tl::unexpected(not_found("There is no such report."));
  return std::move(**report);
}

}  // namespace

Response get_reports(const ApiContext& context, const Request& request, const PathValues&) {
  Question question(request);
  const auto asked = question.list(names(columns()), schema::report_sorts());
  const auto reading = read_with_filter(context, request, question);
  if (!reading) return reading.error();
  return list_answer(
      context, request, *reading, asked,
      list_of(columns(), [selection = reading->selection](schema::Database& database, const schema::PageRequest& page,
                                                          const auto& sink) {
        return schema::reports(database, selection, page, sink);
      }));
}

Response get_report(const ApiContext& context, const Request& request, const PathValues& path) {
  Question question(request);
  const auto reading = read_without_filter(context, request, question);
  if (!reading) return reading.error();
  const auto report = named_report(*reading, request.principal, path);
  if (!report) return report.error();

  JsonWriter json;
  json.begin_object().key("data").begin_object();
  for (const auto& column : head_columns()) write_member(json, column, report->row);
  json.member("version", report->version)
      .member("extra_contact_info", report->extra_contact_info)
      .key("errors")
      .stored(report->errors)
      .member("generator", report->generator);
  write_notes(json, report->notes);
  json.member("name", report->name)
      .member("stored_at", schema::time_text(report->stored_at))
      .member("parser", report->parser)
      .member("sha256", report->sha256)
      .member("bytes", report->bytes)
      .key("xml");
  report->original_id ? json.value(fmt::format("{}/api/v1/reports/{}/xml", context.base_path, report->row.id))
                      : json.null();
  write_origins(json, *report);
  if (const auto done = write_records(json, *reading, report->row); !done) return failure_response(done.error());
  json.end_object().key("meta").begin_object();
  write_meta(json, *reading);
  json.end_object().end_object();
  return json_answer(*reading, json);
}

Response get_report_xml(const ApiContext& context, const Request& request, const PathValues& path) {
  Question question(request);
  const auto reading = read_without_filter(context, request, question);
  if (!reading) return reading.error();
  const auto report = named_report(*reading, request.principal, path);
  if (!report) return report.error();
  if (!report->original_id) return not_found("The original of this report is not kept.");
  const auto original = schema::load_original(reading->database(), *report->original_id);
  if (!original) {
    return original.error().code == "original_not_kept" ? not_found("The original of this report is not kept.")
                                                        : failure_response(original.error());
  }
  auto xml = context.document(*original, report->document);
  if (!xml) return failure_response(xml.error());
  return raw_answer(*reading, fmt::format("report-{}.xml", report->row.id), std::move(*xml));
}

}  // namespace server
