#include "schema/report_list.h"

#include <fmt/format.h>

#include "schema/policies.h"
#include "schema/query.h"
#include "schema/sha256.h"

namespace schema {
namespace {

constexpr std::string_view columns = R"sql(
    p.id, o.org_name, o.email, p.report_id, d.name, p.begin_, p.end_, p.day, p.records, p.messages, p.pass_both,
    p.pass_one, p.fail_delivered, p.fail_stopped, p.unknown, p.policy_id, p.dialect, p.authenticity,
    1 + (SELECT count(*) FROM sighting s WHERE s.report_id = p.id))sql";
constexpr std::string_view joined = R"sql(
    FROM report p CROSS JOIN reporter o ON o.id = p.reporter_id CROSS JOIN domain d ON d.id = p.domain_id)sql";
constexpr int column_count = 19;

Result<ReportRow> report_row(const Statement& row, PublishedPolicies& published) {
  ReportRow report;
  report.id = row.integer(0);
  report.reporter = row.text(1);
  report.email = row.text(2);
  report.report_id = row.text(3);
  report.domain = row.text(4);
  report.begin = row.integer(5);
  report.end = row.integer(6);
  report.day = row.integer(7);
  report.records = row.integer(8);
  report.classes = class_counts(row, 9);
  auto policy = published.get(row.integer(15));
  if (!policy) return unexpected(std::move(policy.error()));
  report.policy = std::move(*policy);
  report.dialect = static_cast<Dialect>(row.integer(16));
  report.authenticity = row.text(17);
  report.sightings = row.integer(18);
  return report;
}

Status add_note_codes(Database& database, ReportRow& report) {
  return each_row(
      database,
      {"SELECT json_extract(value, '$.code') FROM json_each((SELECT notes FROM report WHERE id = ?))", {report.id}},
      [&](Statement& row) {
        report.notes.emplace_back(row.text(0));
        return true;
      });
}

// The values of json_extract() below, of one note.
StoredNote stored_note(const Statement& row) {
  StoredNote stored;
  stored.note.code = row.text(0);
  stored.note.count = row.integer(1);
  stored.placed = row.integer(2) > 0;
  stored.note.first = {row.integer(2), row.integer(3), row.integer(4)};
  stored.note.detail = row.text(5);
  return stored;
}

Status add_notes(Database& database, ReportDetail& report) {
  return each_row(database,
                  {R"sql(
    SELECT json_extract(value, '$.code'), json_extract(value, '$.count'), json_extract(value, '$.line'),
           json_extract(value, '$.column'), json_extract(value, '$.byte'), json_extract(value, '$.detail')
    FROM json_each((SELECT notes FROM report WHERE id = ?)))sql",
                   {report.row.id}},
                  [&](Statement& row) {
                    report.notes.push_back(stored_note(row));
                    return true;
                  });
}

Arrival arrival(const Statement& row, int column) {
  Arrival arrival;
  arrival.mail = row.integer(column);
  arrival.at = row.integer(column + 1);
  arrival.origin = row.text(column + 2);
  arrival.position = row.text(column + 3);
  arrival.subject = row.optional_text(column + 4);
  arrival.from = row.optional_text(column + 5);
  arrival.message_id = row.optional_text(column + 6);
  return arrival;
}

Status add_arrivals(Database& database, ReportDetail& report) {
  return each_row(database,
                  {R"sql(
    SELECT m.id, s.seen_at, g.name, m.position, m.subject, m.from_, m.message_id
    FROM sighting s JOIN mail m ON m.id = s.mail_id JOIN origin g ON g.id = m.origin_id
    WHERE s.report_id = ? ORDER BY s.seen_at, m.id, s.n LIMIT ?)sql",
                   {report.row.id, most_arrivals}},
                  [&](Statement& row) {
                    report.seen.push_back(arrival(row, 0));
                    return true;
                  });
}

Status add_conflicts(Database& database, ReportDetail& report) {
  return each_row(database,
                  {R"sql(
    SELECT f.id, ifnull((SELECT g.name FROM attachment a JOIN mail m ON m.id = a.mail_id JOIN origin g
                         ON g.id = m.origin_id WHERE a.failure_id = f.id LIMIT 1), ''), f.first_failed, f.state
    FROM failure f WHERE f.rival_id = ? ORDER BY f.id LIMIT ?)sql",
                   {report.row.id, most_arrivals}},
                  [&](Statement& row) {
                    report.conflicts.push_back(
                        {row.integer(0), std::string(row.text(1)), row.integer(2), std::string(row.text(3))});
                    return true;
                  });
}

}  // namespace

const std::vector<std::string_view>& report_sorts() {
  static const std::vector<std::string_view> sorts = {"day",      "messages",       "records",      "pass_both",
                                                      "pass_one", "fail_delivered", "fail_stopped", "unknown"};
  return sorts;
}

Result<Paged> reports(Database& database, const Selection& selection, const PageRequest& page,
                      const std::function<bool(const ReportRow&)>& sink) {
  const std::string sorted = "p." + (page.order.column.empty() ? "day" : page.order.column);
  const bool down = page.order.descending;
  const auto where = reports_where(selection);
  const auto order = fmt::format(" ORDER BY {0} {1}, p.id {1}", sorted, down ? "DESC" : "ASC");
  Query these = where;
  if (page.after) {
    these += Query(fmt::format(" AND ({}, p.id) {} (?, ?)", sorted, down ? "<" : ">"),
                   {page.after->at(0), page.after->at(1)});
  }
  // A page is chosen by number first: what is said of each would be gathered and sorted, too.
  if (page.limit) {
    these = Query("p.id IN (SELECT p.id FROM report p WHERE ") + these + order + Query(" LIMIT ?)", {*page.limit + 1});
  }
  const auto query =
      Query("SELECT " + std::string(columns) + ", " + sorted + std::string(joined) + " WHERE ") + these + order;

  Paged paged;
  if (page.limit) {
    const auto total = number(database, Query("SELECT count(*) FROM report p WHERE ") + where);
    if (!total) return unexpected(total.error());
    paged.total = *total;
  }
  PublishedPolicies published(database);
  Status status;
  Cursor last;
  std::int64_t rows = 0;
  const auto read = each_row(database, query, [&](Statement& row) {
    if (page.limit && rows++ == *page.limit) {
      paged.next = last;
      return false;
    }
    auto report = report_row(row, published);
    if (report) {
      last = {row.integer(column_count), report->id};
      status = add_note_codes(database, *report);
    } else {
      status = unexpected(std::move(report.error()));
    }
    return status && sink(*report);
  });
  if (!read) return unexpected(read.error());
  if (!status) return unexpected(std::move(status.error()));
  return paged;
}

Result<std::optional<ReportDetail>> report_detail(Database& database, std::int64_t id) {
  std::optional<ReportDetail> found;
  PublishedPolicies published(database);
  Status status;
  const Query query(std::string("SELECT ") + std::string(columns) + R"sql(,
           p.version, p.extra_contact_info, p.generator, p.errors, p.name, p.stored_at, p.parser, g.sha256, g.bytes,
           p.original_id, p.document, m.id, m.read_at, n.name, m.position, m.subject, m.from_, m.message_id)sql" +
                        std::string(joined) + R"sql(
    LEFT JOIN original g ON g.id = p.original_id JOIN mail m ON m.id = p.mail_id JOIN origin n ON n.id = m.origin_id
    WHERE p.id = ?)sql",
                    {id});
  const auto read = each_row(database, query, [&](Statement& row) {
    auto report = report_row(row, published);
    if (!report) {
      status = unexpected(std::move(report.error()));
      return false;
    }
    int column = column_count;
    found.emplace();
    found->row = std::move(*report);
    found->version = row.text(column++);
    found->extra_contact_info = row.text(column++);
    found->generator = row.text(column++);
    found->errors = row.text(column++);
    found->name = row.text(column++);
    found->stored_at = row.integer(column++);
    found->parser = row.text(column++);
    if (!row.is_null(column)) found->sha256 = hexadecimal(row.blob(column));
    found->bytes = row.optional_integer(++column);
    found->original_id = row.optional_integer(++column);
    found->document = row.integer(++column);
    found->first = arrival(row, ++column);
    return false;
  });
  if (!read) return unexpected(read.error());
  if (!found && status) return found;
  for (const auto add : {add_notes, add_arrivals, add_conflicts}) {
    if (status) status = add(database, *found);
  }
  if (!status) return unexpected(std::move(status.error()));
  return found;
}

}  // namespace schema
