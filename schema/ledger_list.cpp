#include "schema/ledger_list.h"

#include "schema/query.h"
#include "schema/sha256.h"

namespace schema {
namespace {

// What `table` has below the cursor where `condition` holds, the youngest first; `read` gives the row at hand to the
// sink.
Result<Paged> youngest_first(Database& database, const std::string& table, Query query, const Query& condition,
                             const PageRequest& page, const std::function<bool(Statement&)>& read) {
  query += " WHERE " + condition;
  query += Query(" AND " + table + ".id < ?", {page.after ? page.after->at(0) : Value(INT64_MAX)});
  query += " ORDER BY " + table + ".id DESC";
  if (page.limit) query += Query(" LIMIT ?", {*page.limit + 1});

  Paged paged;
  if (page.limit) {
    const auto total = number(database, "SELECT count(*) FROM " + table + " WHERE " + condition);
    if (!total) return unexpected(total.error());
    paged.total = *total;
  }
  std::int64_t rows = 0, last = 0;
  const auto all = each_row(database, query, [&](Statement& row) {
    if (page.limit && rows++ == *page.limit) {
      paged.next = Cursor{last};
      return false;
    }
    last = row.integer(0);
    return read(row);
  });
  if (!all) return unexpected(all.error());
  return paged;
}

// Of mails.
Query condition(const LedgerFilter& filter) {
  if (filter.outcomes.empty()) return "1";
  Query where("EXISTS (SELECT 1 FROM attachment a WHERE a.mail_id = mail.id AND a.outcome IN (");
  for (std::size_t i = 0; i < filter.outcomes.size(); ++i)
    where += Query(i == 0 ? "?" : ", ?", {static_cast<std::int64_t>(filter.outcomes[i])});
  where += "))";
  return where;
}

Status add_outcomes(Database& database, LedgerRow& mail) {
  return each_row(
      database,
      {"SELECT name, outcome, code, report_id, failure_id FROM attachment WHERE mail_id = ? ORDER BY n", {mail.id}},
      [&](Statement& row) {
        mail.outcomes.push_back({std::string(row.text(0)), static_cast<Outcome>(row.integer(1)), row.optional_text(2),
                                 row.optional_integer(3), row.optional_integer(4)});
        return true;
      });
}

}  // namespace

Result<Paged> ledger_rows(Database& database, const LedgerFilter& filter, const PageRequest& page,
                          const std::function<bool(const LedgerRow&)>& sink) {
  Status status;
  auto paged = youngest_first(database, "mail", R"sql(
    SELECT mail.id, g.name, mail.position, mail.kind, mail.subject, mail.from_, mail.message_id, mail.date,
           mail.read_at, mail.sha256, mail.bytes, mail.seen, mail.run_id
    FROM mail CROSS JOIN origin g ON g.id = mail.origin_id)sql",
                              condition(filter), page, [&](Statement& row) {
                                LedgerRow mail;
                                mail.id = row.integer(0);
                                mail.origin = row.text(1);
                                mail.position = row.text(2);
                                mail.kind = row.text(3);
                                mail.subject = row.optional_text(4);
                                mail.from = row.optional_text(5);
                                mail.message_id = row.optional_text(6);
                                mail.received = row.optional_integer(7);
                                mail.read_at = row.integer(8);
                                mail.sha256 = hexadecimal(row.blob(9));
                                mail.bytes = row.integer(10);
                                mail.seen = row.integer(11);
                                mail.run = row.integer(12);
                                status = add_outcomes(database, mail);
                                return status && sink(mail);
                              });
  if (!status) return unexpected(std::move(status.error()));
  return paged;
}

Result<std::array<std::int64_t, outcome_count>> outcome_counts(Database& database) {
  std::array<std::int64_t, outcome_count> counts{};
  const auto read = each_row(database, "SELECT outcome, count(*) FROM attachment GROUP BY 1", [&](Statement& row) {
    counts.at(static_cast<std::size_t>(row.integer(0))) = row.integer(1);
    return true;
  });
  if (!read) return unexpected(read.error());
  return counts;
}

Result<Paged> run_rows(Database& database, const PageRequest& page, const std::function<bool(const RunRow&)>& sink) {
  return youngest_first(database, "run", R"sql(
    SELECT id, kind, started_at, ended_at, mails, stored, duplicate, conflict, quarantined, ignored, records, messages,
           percent
    FROM run)sql",
                        "1", page, [&](Statement& row) {
                          RunRow run;
                          run.id = row.integer(0);
                          run.kind = row.text(1);
                          run.started_at = row.integer(2);
                          run.ended_at = row.optional_integer(3);
                          run.totals.mails = row.integer(4);
                          for (std::size_t i = 0; i < outcome_count; ++i) {
                            run.totals.outcomes[i] = row.integer(5 + static_cast<int>(i));
                          }
                          run.totals.records = row.integer(10);
                          run.totals.messages = row.integer(11);
                          run.percent = row.optional_integer(12);
                          return sink(run);
                        });
}

}  // namespace schema
