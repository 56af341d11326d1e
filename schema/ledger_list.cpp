#include "schema/ledger_list.h"

#include "schema/day.h"
#include "schema/query.h"
#include "schema/sha256.h"
#include "schema/youngest_first.h"

namespace schema {
namespace {

// Of mails; none: all of them.
std::optional<Query> first_read(const LedgerFilter& filter) {
  std::optional<Query> where;
  if (filter.read_on) {
    const auto begin = *filter.read_on * seconds_per_day;
    where = Query("mail.read_at >= ? AND mail.read_at < ?", {begin, begin + seconds_per_day});
  }
  if (filter.run) where = (where ? *where + " AND " : Query()) + Query("mail.run_id = ?", {*filter.run});
  return where;
}

// Of mails.
Query condition(const LedgerFilter& filter) {
  Query where = first_read(filter).value_or("1");
  if (filter.outcomes.empty()) return where;
  where += " AND EXISTS (SELECT 1 FROM attachment a WHERE a.mail_id = mail.id AND a.outcome IN (";
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

Result<std::array<std::int64_t, outcome_count>> outcome_counts(Database& database, const LedgerFilter& filter) {
  std::array<std::int64_t, outcome_count> counts{};
  Query query("SELECT outcome, count(*) FROM attachment");
  if (const auto mails = first_read(filter))
    query = "SELECT outcome, count(*) FROM mail CROSS JOIN attachment ON mail_id = mail.id WHERE " + *mails;
  const auto read = each_row(database, query + " GROUP BY 1", [&](Statement& row) {
    counts.at(static_cast<std::size_t>(row.integer(0))) = row.integer(1);
    return true;
  });
  if (!read) return unexpected(read.error());
  return counts;
}

}  // namespace schema
