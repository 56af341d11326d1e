#include "schema/failure_list.h"

#include "schema/query.h"
#include "schema/sha256.h"

namespace schema {
namespace {

constexpr std::string_view columns = R"sql(
    SELECT f.id, f.state, f.code, f.stage, f.detail, f.line, f.column_, f.byte, f.excerpt, f.original_id, g.sha256,
           g.bytes, f.first_failed, f.last_tried, f.tries, f.parser, f.rival_id, f.note
    FROM failure f CROSS JOIN original g ON g.id = f.original_id)sql";

FailureRow read_row(const Statement& row) {
  FailureRow failure;
  failure.id = row.integer(0);
  failure.state = row.text(1);
  failure.code = row.text(2);
  failure.stage = static_cast<Stage>(row.integer(3));
  failure.detail = row.text(4);
  if (!row.is_null(5)) failure.position = Position{row.integer(5), row.integer(6), row.integer(7)};
  failure.excerpt = row.optional_text(8);
  failure.original_id = row.integer(9);
  failure.sha256 = hexadecimal(row.blob(10));
  failure.bytes = row.integer(11);
  failure.first_failed = row.integer(12);
  failure.last_tried = row.integer(13);
  failure.tries = row.integer(14);
  failure.parser = row.text(15);
  failure.rival = row.optional_integer(16);
  failure.note = row.optional_text(17);
  return failure;
}

Status add_origin(Database& database, FailureRow& failure) {
  return each_row(database,
                  {R"sql(
    SELECT n.name, m.position, m.message_id, m.subject, m.from_, a.name
    FROM attachment a JOIN mail m ON m.id = a.mail_id JOIN origin n ON n.id = m.origin_id
    WHERE a.failure_id = ? ORDER BY a.mail_id, a.n LIMIT 1)sql",
                   {failure.id}},
                  [&](Statement& row) {
                    failure.origin =
                        FailureOrigin{std::string(row.text(0)), std::string(row.text(1)), row.optional_text(2),
                                      row.optional_text(3),     row.optional_text(4),     std::string(row.text(5))};
                    return false;
                  });
}

Query condition(const FailureFilter& filter) {
  Query where("1");
  if (filter.state) where += Query(" AND f.state = ?", {std::string(name(*filter.state))});
  if (!filter.codes.empty()) {
    where += " AND f.code IN (";
    for (std::size_t i = 0; i < filter.codes.size(); ++i) where += Query(i == 0 ? "?" : ", ?", {filter.codes[i]});
    where += ")";
  }
  if (filter.run) {
    where += Query(R"sql( AND f.id IN (
      SELECT a.failure_id FROM attachment a JOIN mail m ON m.id = a.mail_id
      WHERE a.failure_id IS NOT NULL AND ? IN (m.run_id, m.last_run_id)))sql",
                   {*filter.run});
  }
  return where;
}

}  // namespace

Result<Paged> failure_rows(Database& database, const FailureFilter& filter, const PageRequest& page,
                           const std::function<bool(const FailureRow&)>& sink) {
  const auto where = condition(filter);
  Query query = Query(columns) + " WHERE " + where;
  if (page.after) query += Query(" AND f.id < ?", {page.after->at(0)});
  query += " ORDER BY f.id DESC";
  if (page.limit) query += Query(" LIMIT ?", {*page.limit + 1});

  Paged paged;
  if (page.limit) {
    const auto total = number(database, Query("SELECT count(*) FROM failure f WHERE ") + where);
    if (!total) return unexpected(total.error());
    paged.total = *total;
  }
  Status status;
  std::int64_t rows = 0, last = 0;
  const auto read = each_row(database, query, [&](Statement& row) {
    if (page.limit && rows++ == *page.limit) {
      paged.next = Cursor{last};
      return false;
    }
    auto failure = read_row(row);
    last = failure.id;
    status = add_origin(database, failure);
    return status && sink(failure);
  });
  if (!read) return unexpected(read.error());
  if (!status) return unexpected(std::move(status.error()));
  return paged;
}

Result<std::optional<FailureRow>> failure_row(Database& database, std::int64_t id) {
  std::optional<FailureRow> found;
  const auto read = each_row(database, Query(columns) + Query(" WHERE f.id = ?", {id}), [&](Statement& row) {
    found = read_row(row);
    return false;
  });
  if (!read) return unexpected(read.error());
  if (found) {
    if (auto added = add_origin(database, *found); !added) return unexpected(std::move(added.error()));
  }
  return found;
}

Result<std::vector<FailureCount>> failure_counts(Database& database) {
  std::vector<FailureCount> counts;
  const auto read =
      each_row(database, R"sql(
    SELECT code, count(*) FILTER (WHERE state = 'open'), count(*) FILTER (WHERE state = 'ignored'),
           count(*) FILTER (WHERE state = 'resolved')
    FROM failure GROUP BY code ORDER BY 2 DESC, code)sql",
               [&](Statement& row) {
                 counts.push_back({std::string(row.text(0)), row.integer(1), row.integer(2), row.integer(3)});
                 return true;
               });
  if (!read) return unexpected(read.error());
  return counts;
}

}  // namespace schema
