#include "schema/record_list.h"

#include "schema/address_text.h"
#include "schema/policies.h"
#include "schema/query.h"
#include "schema/summaries.h"

namespace schema {
namespace {

constexpr std::string_view columns = R"sql(
    SELECT p.day, p.id, f.n, p.report_id, o.org_name, d.name, h.value, ef.value, et.value, a.ip, f.messages,
           r.disposition, r.dkim, r.spf, r.class, r.combination, v.value, u.dkim, u.spf, p.policy_id, p.begin_, p.end_,
           f.raw
    FROM )sql";
// As facts() joins them; what a report says is looked up before its records, once.
constexpr std::string_view joined = R"sql(
    report p CROSS JOIN reporter o ON o.id = p.reporter_id CROSS JOIN domain d ON d.id = p.domain_id
    CROSS JOIN record f ON f.report_id = p.id CROSS JOIN result r ON r.id = f.result_id
    CROSS JOIN text h ON h.id = f.header_from_id LEFT JOIN text ef ON ef.id = f.envelope_from_id
    LEFT JOIN text et ON et.id = f.envelope_to_id CROSS JOIN address a ON a.id = f.address_id
    CROSS JOIN override v ON v.id = f.override_id CROSS JOIN auth u ON u.id = f.auth_id)sql";

std::optional<std::string_view> optional_view(const Statement& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(row.text(column));
}

void read_row(const Statement& row, FlatRecord& record) {
  record.day = row.integer(0);
  record.report = row.integer(1);
  record.record = row.integer(2);
  record.report_id = row.text(3);
  record.reporter = row.text(4);
  record.domain = row.text(5);
  record.header_from = row.text(6);
  record.envelope_from = optional_view(row, 7);
  record.envelope_to = optional_view(row, 8);
  record.ip = address_text(row.blob(9));
  record.messages = row.integer(10);
  record.disposition = static_cast<Disposition>(row.integer(11));
  record.dkim = static_cast<DmarcResult>(row.integer(12));
  record.spf = static_cast<DmarcResult>(row.integer(13));
  record.result_class = static_cast<ResultClass>(row.integer(14));
  record.combination = row.text(15);
  record.overrides = row.text(16);
  record.dkim_results = row.text(17);
  record.spf_results = row.text(18);
  record.policy_id = row.integer(19);
  record.begin = row.integer(20);
  record.end = row.integer(21);
  record.raw = optional_view(row, 22);
}

}  // namespace

Result<Paged> records(Database& database, const Selection& selection, const PageRequest& page,
                      const std::function<bool(const FlatRecord&)>& sink) {
  const auto of = facts(selection, need_details | need_result);
  Query query = Query(columns) + joined + " WHERE " + of.where;
  if (page.after) {
    const auto &day = page.after->at(0), &id = page.after->at(1), &n = page.after->at(2);
    query += Query(" AND (p.day, p.id) <= (?, ?) AND (p.id <> ? OR f.n > ?)", {day, id, id, n});
  }
  query += " ORDER BY p.day DESC, p.id DESC, f.n";
  if (page.limit) query += Query(" LIMIT ?", {*page.limit + 1});

  Paged paged;
  if (page.limit) {
    const auto total = record_count(database, selection);
    if (!total) return unexpected(total.error());
    paged.total = *total;
  }
  PublishedPolicies published(database);
  Status status;
  FlatRecord record;
  std::int64_t rows = 0, policy_read = -1;
  const auto read = each_row(database, query, [&](Statement& row) {
    if (page.limit && rows++ == *page.limit) {
      paged.next = Cursor{record.day, record.report, record.record};
      return false;
    }
    read_row(row, record);
    if (record.policy_id != policy_read) {
      auto policy = published.get(record.policy_id);
      if (!policy) {
        status = unexpected(std::move(policy.error()));
        return false;
      }
      record.policy = std::move(*policy);
      policy_read = record.policy_id;
    }
    return sink(record);
  });
  if (!read) return unexpected(read.error());
  if (!status) return unexpected(std::move(status.error()));
  return paged;
}

}  // namespace schema
